//! `--allow`, `--warn` and `--deny`: how much findings weigh, the later word counting. What they are then is settled elsewhere.

use caseloop::layers::lint::ALL;
use caseloop::layers::syntax::did_you_mean;
use caseloop::{LevelSet, Lint, LintLevel};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// The levels of a command line, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels(pub(crate) Vec<LevelSet>);

impl FromArgMatches for Levels {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let mut given = Vec::new();
        for level in LintLevel::ALL {
            let word = level.word();
            let codes = matches.get_many::<String>(word).into_iter().flatten();
            for (code, place) in codes.zip(matches.indices_of(word).into_iter().flatten()) {
                let set = LevelSet {
                    code: code.clone(),
                    level,
                    by: format!("--{word} {code}"),
                };
                given.push((place, set));
            }
        }
        given.sort_by_key(|(place, _)| *place);
        Ok(Self(given.into_iter().map(|(_, set)| set).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Levels {
    fn augment_args(command: Command) -> Command {
        let helps = [
            (
                LintLevel::Allow,
                "Do not tell findings of this code; `all` stands for each. Of several levels the later counts",
            ),
            (LintLevel::Warn, "Tell findings of this code as warnings"),
            (LintLevel::Deny, "Tell findings of this code as errors"),
        ];
        helps.into_iter().fold(command, |command, (level, help)| {
            let argument = Arg::new(level.word())
                .long(level.word())
                .value_name("CODE")
                .action(ArgAction::Append)
                .value_parser(code)
                .help(help);
            command.arg(argument)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn code(word: &str) -> Result<String, String> {
    if word == "all" || Lint::find(word).is_some() {
        return Ok(word.to_owned());
    }
    let near = did_you_mean(word, ALL.iter().map(|lint| lint.code.name));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    Err(format!("there is no lint `{word}`{near}"))
}
