//! The public vectors: the npm package with SCION's charts and the W3C's in ECMAScript form, fetched once, checked
//! against a committed digest and unpacked below `target/conformance`.

use crate::TaskError;
use crate::checkout::{output, read_bytes, root};
use sha2::{Digest, Sha512};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::Command;

const PACKAGE: &str = "@scion-scxml/test-framework@2.0.16";
const TARBALL: &str = "scion-scxml-test-framework-2.0.16.tgz";
const SHA512: &str = "e6b45de427452d4ce63da3b8dcd49a9819a1abab96ff49149949de127a9149b0\
                      23d0588554020d7750df69d524744093fb11cb011089654ee67900f89ea6322b";

/// The directory of the package's charts, one directory for each group.
pub(crate) fn charts() -> Result<PathBuf, TaskError> {
    let directory = root().join("target/conformance");
    std::fs::create_dir_all(&directory).map_err(|error| TaskError::new(format!("{}: {error}", directory.display())))?;
    let tarball = directory.join(TARBALL);
    if !tarball.exists() {
        output(Command::new("npm").current_dir(&directory).args(["pack", PACKAGE]))?;
    }
    let digest = hex(&Sha512::digest(read_bytes(&tarball)?));
    if digest != SHA512 {
        let message = format!(
            "{} has the SHA-512 {digest}, expected {SHA512}; delete it",
            tarball.display()
        );
        return Err(TaskError::new(message));
    }
    let charts = directory.join("package/test");
    if !charts.exists() {
        output(Command::new("tar").current_dir(&directory).args(["-xzf", TARBALL]))?;
    }
    Ok(charts)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
