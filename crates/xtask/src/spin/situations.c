/* The situations that were noted, by what is kept of them; each is printed once, and each step. */
static char **known_keys; static int known_size, known_count; static int *known_ids;
static unsigned long hash_of(const char *key) { unsigned long h = 5381; while (*key) h = h * 33 + (unsigned char) *key++; return h; }
static void keep(char *key, int id) {
  unsigned long at = hash_of(key) % known_size;
  while (known_keys[at]) at = (at + 1) % known_size;
  known_keys[at] = key; known_ids[at] = id;
}
static int known(const char *key, int *is_new) {
  if (known_count * 2 >= known_size) {
    char **keys = known_keys; int *ids = known_ids; int old = known_size;
    known_size = old ? old * 2 : 4096;
    known_keys = calloc(known_size, sizeof *known_keys); known_ids = calloc(known_size, sizeof *known_ids);
    for (int i = 0; i < old; i++) if (keys[i]) keep(keys[i], ids[i]);
    free(keys); free(ids);
  }
  unsigned long at = hash_of(key) % known_size;
  while (known_keys[at]) { if (strcmp(known_keys[at], key) == 0) { *is_new = 0; return known_ids[at]; } at = (at + 1) % known_size; }
  *is_new = 1; keep(strdup(key), known_count); return known_count++;
}
static void print_row(const int *row, int length) { for (int i = 0; i < length; i++) printf(" %d", row[i]); }
static int note(int from, int cause, const int *key, int keys, const int *data, int datas, const int *runs, int running,
                const int *met, const int *said, int saids, const int *broken, int guarantees) {
  char text[4096]; int length = 0, is_new;
  for (int i = 0; i < keys; i++) length += snprintf(text + length, sizeof text - length, " %d", key[i]);
  int id = known(text, &is_new);
  if (is_new) { printf("@S %d", id); print_row(said, saids); printf(" |"); print_row(runs, running); printf("\n"); }
  printf("@E %d %d %d |", from, id, cause); print_row(data, datas); printf(" |"); print_row(met, running);
  printf(" |"); print_row(broken, guarantees); printf("\n");
  return id;
}
