/* Directories of shards and what their index says of them, by the numbers of
 * the list of hostile input. */
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "checkpoint.h"

#define INDEX "m/model.safetensors.index.json"
#define MAP(entries) "{\"weight_map\":{" entries "}}"

static const struct weft_open_options plain;
static const struct weft_open_options follow = {.follow_symlinks = true};
static const struct weft_open_options subdirs = {.subdirs = true};

/* An empty directory "m". */
static void
fresh(void)
{
	checkpoint_remove("m");
	if (mkdir("m", 0755) < 0)
		abort();
}

/* "m" with shard a of "x" and "y", shard b of "z", and an index. */
static void
fresh_pair(const char *index)
{
	fresh();
	WRITE_KEYS("m/a.safetensors", "x", "y");
	WRITE_KEYS("m/b.safetensors", "z");
	write_text(INDEX, index);
}

static const char good[] = MAP("\"x\":\"a.safetensors\","
	"\"y\":\"a.safetensors\",\"z\":\"b.safetensors\"");

static void
test_names(void)
{
	static const char *const names[] = {
		"../../etc/passwd", "/etc/passwd", "a/../../x", "..\\\\x",
		"C:x", ".", "", "./a.safetensors", "a//b", "a/", "..",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char index[256], name[256];

		snprintf(index, sizeof index,
		         "{\"weight_map\":{\"x\":\"%s\"}}", names[i]);
		snprintf(name, sizeof name, "X01 shard name \"%s\"", names[i]);
		fresh_pair(index);
		expect(name, "m", plain, 65, 0, "leaves the model directory",
		       "byte 19");
	}
	fresh_pair(MAP("\"x\":\"a\\u0000b\""));
	expect("X01 shard name with a NUL", "m", plain, 65, 0,
	       "a NUL inside a string", 0);
}

static void
test_links(void)
{
	fresh_pair(good);
	if (rename("m/b.safetensors", "out.safetensors") < 0 ||
	    symlink("../out.safetensors", "m/b.safetensors") < 0)
		abort();
	expect("X02 relative link out", "m", plain, 65, 0,
	       "b.safetensors: is a link to ../out.safetensors, which leads "
	       "out", "--follow-symlinks");
	expect("X02 followed if asked to", "m", follow, 0, 3, "", 0);
	fresh_pair(good);
	unlink("m/b.safetensors");
	if (symlink("/etc/passwd", "m/b.safetensors") < 0)
		abort();
	expect("X02 absolute link out", "m", plain, 65, 0,
	       "is a link to /etc/passwd, which leads out",
	       "--follow-symlinks");
	fresh_pair(MAP("\"z\":\"d/out.safetensors\""));
	if (symlink("..", "m/d") < 0)
		abort();
	expect("X02 link out on the way", "m", plain, 65, 0,
	       "d/out.safetensors: a link on its way leads out",
	       "--follow-symlinks");
	fresh_pair(good);
	if (rename("m/b.safetensors", "m/c") < 0 ||
	    symlink("c", "m/b.safetensors") < 0)
		abort();
	expect("X02 link inside", "m", plain, 0, 3, "", 0);
}

static void
test_kinds(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX,
	                              .sun_path = "m/b.safetensors"};
	int s = socket(AF_UNIX, SOCK_STREAM, 0);

	alarm(5);   /* a FIFO or device that blocks ends the test */
	fresh_pair(good);
	unlink("m/b.safetensors");
	if (mkfifo("m/b.safetensors", 0644) < 0)
		abort();
	expect("X03 FIFO", "m", plain, 65, 0,
	       "b.safetensors: is not a regular file but a FIFO", 0);
	unlink("m/b.safetensors");
	if (bind(s, (struct sockaddr *)&address, sizeof address) < 0)
		abort();
	close(s);
	expect("X03 socket", "m", plain, 65, 0, "is not a regular file", 0);
	unlink("m/b.safetensors");
	if (mkdir("m/b.safetensors", 0755) < 0)
		abort();
	expect("X03 directory", "m", plain, 65, 0,
	       "is not a regular file but a directory", 0);
	rmdir("m/b.safetensors");
	if (symlink("/dev/zero", "m/b.safetensors") < 0)
		abort();
	expect("X03 device", "m", follow, 65, 0,
	       "is not a regular file but a character device", 0);
	alarm(0);
}

static void
test_missing(void)
{
	fresh_pair(MAP("\"x\":\"a.safetensors\",\"z\":\"b.safetensors\","
	               "\"u\":\"c.safetensors\",\"v\":\"d.safetensors\""));
	expect("X04 missing shards", "m", plain, 66, 0,
	       "c.safetensors: is missing", "d.safetensors: is missing");
}

static void
test_disagreement(void)
{
	fresh_pair(MAP("\"w\":\"a.safetensors\",\"x\":\"a.safetensors\","
	               "\"y\":\"a.safetensors\",\"z\":\"b.safetensors\""));
	expect("X05 tensor in the index only", "m", plain, 65, 0,
	       "1 tensor of the index in none of its files",
	       "\"w\", said to be in a.safetensors");
	fresh_pair(MAP("\"x\":\"a.safetensors\",\"z\":\"b.safetensors\""));
	expect("X05 tensor in a shard only", "m", plain, 65, 0,
	       "1 tensor of its files not in the index",
	       "\"y\" in a.safetensors");
	fresh_pair(MAP("\"x\":\"a.safetensors\",\"y\":\"b.safetensors\","
	               "\"z\":\"b.safetensors\""));
	expect("X05 tensor in another shard", "m", plain, 65, 0,
	       "1 tensor in another file than it says",
	       "\"y\" is in a.safetensors");
	fresh_pair(good);
	WRITE_KEYS("m/b.safetensors", "z", "x");
	expect("X06 tensor in two shards", "m", plain, 65, 0,
	       "tensor \"x\" is in two files, a.safetensors and "
	       "b.safetensors", 0);
}

static void
test_many_differ(void)
{
	weft_text t = {0};

	weft_text_puts(&t, "{\"weight_map\":{");
	for (int i = 10; i < 35; i++)
		weft_text_printf(&t, "\"k%d\":\"a.safetensors\",", i);
	weft_text_puts(&t, "\"x\":\"a.safetensors\",\"y\":\"a.safetensors\"}}");
	fresh();
	WRITE_KEYS("m/a.safetensors", "x", "y");
	write_bytes(INDEX, t.data, t.size);
	expect("X05 the first ten and the count", "m", plain, 65, 0,
	       "25 tensors of the index in none of its files",
	       "\"k19\", said to be in a.safetensors\n  and 15 more");
	weft_text_free(&t);
}

static void
test_index_text(void)
{
	static const struct {
		const char *name, *text, *says;
	} cases[] = {
		{"X07 a value that is no text", MAP("\"x\":1"),
		 "byte 15: a file name in quotes must be the value"},
		{"X07 no weight_map", "{\"metadata\":{}}", "has no weight_map"},
		{"X07 weight_map a list", "{\"weight_map\":[]}",
		 "byte 14: weight_map must be an object"},
		{"X07 key twice", MAP("\"x\":\"a.safetensors\",\"z\":"
		 "\"b.safetensors\",\"x\":\"a.safetensors\""),
		 "bytes 15 and 55: duplicate key: tensor \"x\""},
		{"X07 weight_map twice",
		 "{\"weight_map\":{},\"weight_map\":{}}",
		 "duplicate key: weight_map"},
		{"X07 not an object", "[]", "byte 0: an object must be here"},
		{"X07 empty", "", "byte 0: an object must be here"},
		{"X07 cut short", "{\"weight_map\":{\"x\":\"a.safe",
		 "the text ends inside a string"},
		{"X07 text behind it", "{\"weight_map\":{}} x", "not JSON"},
		{"X08 total_size negative",
		 "{\"metadata\":{\"total_size\":-1},\"weight_map\":{}}",
		 "total_size must be a whole number"},
		{"X08 total_size of 2^70", "{\"metadata\":{\"total_size\":"
		 "1180591620717411303424},\"weight_map\":{}}",
		 "total_size must be a whole number"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		fresh_pair(cases[i].text);
		expect(cases[i].name, "m", plain, 65, 0, cases[i].says,
		       "model.safetensors.index.json");
	}
}

static void
test_total(void)
{
	fresh_pair("{\"metadata\":{\"total_size\":12,\"x\":[{}]},\"weight_map\""
	           ":{\"x\":\"a.safetensors\",\"y\":\"a.safetensors\",\"z\":"
	           "\"b.safetensors\"}}");
	expect("X08 total_size wrong", "m", plain, 0, 3,
	       "warning: model.safetensors.index.json: total_size is 12, the "
	       "tensors have 6 bytes", 0);
}

static double
seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
test_index_size(void)
{
	enum { N = 200000 };
	weft_text t = {0};
	double start;

	fresh_pair("");
	weft_text_puts(&t, "{\"x\":");
	for (int i = 0; i < N; i++)
		weft_text_puts(&t, "[");
	write_bytes(INDEX, t.data, t.size);
	expect("X07 depth bomb", "m", plain, 65, 0, "nested too deep", 0);
	t.size = 0;
	weft_text_puts(&t, "{\"weight_map\":{\"x\":\"a.safetensors\"");
	for (int i = 0; i < N; i++)
		weft_text_printf(&t, ",\"model.layers.%d.mlp.experts.%d.w\":"
		                 "\"b.safetensors\"", i % 997, i);
	weft_text_puts(&t, "}}");
	write_bytes(INDEX, t.data, t.size);
	weft_text_free(&t);
	start = seconds();
	expect("X07 200,000 entries", "m", plain, 65, 0,
	       "200000 tensors of the index in none of its files", 0);
	/* Ten times what it may take, for slow machines. */
	CHECK("X07 200,000 entries, time", seconds() - start < CHECK_SLOWER,
	      "%.2f s", seconds() - start);
}

static void
test_one_file_twice(void)
{
	fresh_pair(good);
	unlink("m/b.safetensors");
	if (link("m/a.safetensors", "m/b.safetensors") < 0)
		abort();
	expect("X09 hard link", "m", plain, 65, 0,
	       "a.safetensors and b.safetensors are one file", 0);
	fresh_pair(MAP("\"x\":\"model.safetensors.index.json\""));
	expect("X10 the index itself", "m", plain, 65, 0,
	       "model.safetensors.index.json: not a safetensors file: this is "
	       "a JSON text", 0);
}

static void
test_choice(void)
{
	fresh_pair(good);
	WRITE_KEYS("m/model.safetensors", "q");
	expect("X11 index and model.safetensors", "m", plain, 65, 0,
	       "ambiguous source: there are both", "name the one that is");
	expect("X11 the file chosen", "m/model.safetensors", plain, 0, 1, "",
	       0);
	expect("X11 the index chosen", INDEX, plain, 0, 3, "", 0);
	unlink("m/model.safetensors");
	WRITE_KEYS("m/consolidated.safetensors", "x");
	expect("weights the index does not name", "m", plain, 0, 3,
	       "warning: consolidated.safetensors is left out", 0);
	unlink(INDEX);
	unlink("m/consolidated.safetensors");
	expect("no index, odd names", "m", plain, 0, 3, "", 0);
	write_text("m/.c.safetensors", "");
	if (mkdir("m/d.safetensors", 0755) < 0)
		abort();
	expect("hidden files and directories are no weights", "m", plain, 0, 3,
	       "", 0);
	WRITE_KEYS("m/model.safetensors", "q");
	expect("model.safetensors goes first", "m", plain, 0, 1,
	       "warning: a.safetensors and 1 more", 0);
	fresh();
	write_text("m/pytorch_model.bin", "");
	expect("no weights", "m", plain, 66, 0, "m: no checkpoint in it",
	       "pytorch_model.bin looks like a PyTorch pickle");
	expect("no such source", "nowhere", plain, 66, 0,
	       "nowhere: cannot open the directory: No such file", 0);
}

static void
test_numbering(void)
{
	fresh();
	WRITE_KEYS("m/model.safetensors-00001-of-00002.safetensors", "x");
	expect("a shard missing without an index", "m", plain, 66, 0,
	       "1 file of a set that should have 00002", 0);
	WRITE_KEYS("m/model.safetensors-00002-of-00002.safetensors", "y");
	expect("all shards without an index", "m", plain, 0, 2, "", 0);
}

static void
test_ranks(void)
{
	struct weft_source s;
	weft_errors e = {0};

	fresh();
	if (mkdir("m/rank10", 0755) < 0 || mkdir("m/rank2", 0755) < 0 ||
	    mkdir("m/.cache", 0755) < 0 || mkdir("m/docs", 0755) < 0 ||
	    mkdir("m/o.partial-1", 0755) < 0)
		abort();
	WRITE_KEYS("m/rank10/model.safetensors", "x", "q");
	WRITE_KEYS("m/rank2/s.safetensors", "x");
	WRITE_KEYS("m/.cache/s.safetensors", "h");
	WRITE_KEYS("m/o.partial-1/s.safetensors", "h");
	expect("subdirectories as ranks", "m", subdirs, 0, 3, "", 0);
	if (weft_source_open(&s, "m", subdirs, &e) == 0) {
		const struct weft_stored *x = weft_source_find(&s, "rank10",
		                                               "x");
		CHECK("tensors by directory", x &&
		      strcmp(s.files[x->file].path,
		             "rank10/model.safetensors") == 0 &&
		      weft_source_find(&s, "rank2", "x") != x &&
		      !weft_source_find(&s, "rank2", "q") &&
		      !weft_source_find(&s, ".cache", "h"), "differ");
	} else {
		CHECK("tensors by directory", 0, "cannot be opened");
	}
	weft_source_close(&s);
	WRITE_KEYS("m/model.safetensors", "x");
	expect("subdirectories left alone", "m", plain, 0, 1, "", 0);
	expect("no ranks beside a checkpoint", "m", subdirs, 0, 1, "", 0);
}

/* Each in its place, in order; what has weights is not looked into, and links
 * are only followed to weights. */
static void
test_nested_ranks(void)
{
	static const char *const dirs[] = {
		"m/pp0", "m/pp0/tp0", "m/pp0/tp0/optim", "m/pp0/tp10",
		"m/pp1", "m/pp1/x", "m/pp1/x/y", "m/pp1/x/y/z", "m/pp1/x/y/z/5",
		"m/pp1/.tp",
	};
	static const char *const found[] = {
		"pp0/tp0", "pp0/tp10", "pp1/x/y/z", "pp2",
	};
	struct weft_source s;
	weft_errors e = {0};
	size_t n = 0;
	bool right;

	fresh();
	for (size_t i = 0; i < sizeof dirs / sizeof *dirs; i++)
		if (mkdir(dirs[i], 0755) < 0)
			abort();
	WRITE_KEYS("m/pp0/tp0/model.safetensors", "a");
	WRITE_KEYS("m/pp0/tp0/optim/s.safetensors", "h");
	WRITE_KEYS("m/pp0/tp10/model.safetensors", "a");
	WRITE_KEYS("m/pp1/x/y/z/model.safetensors", "a");
	WRITE_KEYS("m/pp1/.tp/model.safetensors", "h");
	if (symlink("pp0/tp0", "m/pp2") < 0 || symlink(".", "m/pp3") < 0)
		abort();
	right = weft_source_open(&s, "m", subdirs, &e) == 0;
	for (; right && n < s.n && n < 4; n++)
		right = strcmp(s.tensors[n].dir, found[n]) == 0;
	CHECK("ranks in directories of directories", right && n == 4 &&
	      s.n == 4, "%zu", s.n);
	weft_source_close(&s);
	unlink("m/pp1/x/y/z/model.safetensors");
	WRITE_KEYS("m/pp1/x/y/z/5/model.safetensors", "a");
	expect("not five deep", "m", subdirs, 0, 3, "", 0);
}

static void
test_good(void)
{
	fresh_pair(good);
	expect("an index that is right", "m", plain, 0, 3, "", 0);
	unlink(INDEX);
	write_text("m/other.safetensors.index.json", good);
	expect("an index by another name", "m", plain, 0, 3, "", 0);
	write_text("m/third.safetensors.index.json", good);
	expect("two indexes", "m", plain, 65, 0,
	       "ambiguous source: there are two indexes", 0);
}

int
main(void)
{
	checkpoint_begin();
	test_good();
	test_names();
	test_links();
	test_kinds();
	test_missing();
	test_disagreement();
	test_many_differ();
	test_index_text();
	test_total();
	test_index_size();
	test_one_file_twice();
	test_choice();
	test_numbering();
	test_ranks();
	test_nested_ranks();
	return checkpoint_end();
}
