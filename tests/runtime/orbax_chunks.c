/* Chunks of all shapes by random access and as streams, compared with the
 * formula of a grid; and compressed data that is not what it should be. */
#include "checkpoint.h"

#include "../../runtime/formats/chunks.h"

/* --- a tensor whose chunks are in memory --- */

enum { RANK = 4, MOST = 4096 };

struct made {
	struct weft_stored t;
	struct weft_chunks c;
	int64_t shape[RANK], chunk[RANK], grid[RANK];
	struct weft_chunk at[MOST];
	unsigned char data[MOST], chunks[16 * MOST];
};

/* The dtype of so many bytes. */
static const enum weft_dtype
dtypes[9] = {[1] = WEFT_U8, [2] = WEFT_BF16, [4] = WEFT_F32, [8] = WEFT_F64};

static void
measure(struct made *m, size_t size)
{
	m->t = (struct weft_stored){.key = "k", .shape = m->shape,
	                            .chunks = &m->c, .count = 1,
	                            .dtype = dtypes[size], .rank = m->t.rank};
	m->c = (struct weft_chunks){.chunk = m->chunk, .grid = m->grid,
	                            .at = m->at, .n = 1, .bytes = size};
	for (int i = 0; i < m->t.rank; i++) {
		m->grid[i] = (m->shape[i] + m->chunk[i] - 1) / m->chunk[i];
		m->t.count *= m->shape[i];
		m->c.n *= (uint64_t)m->grid[i];
		m->c.bytes *= (uint64_t)m->chunk[i];
	}
	m->t.bytes = (uint64_t)m->t.count * size;
}

/* Element `i` of the tensor: where its chunk has it. */
static size_t
place_of(const struct made *m, uint64_t i, size_t size)
{
	uint64_t chunk = 0, inside = 0, x[RANK];

	for (int k = m->t.rank - 1; k >= 0; k--) {
		x[k] = i % (uint64_t)m->shape[k];
		i /= (uint64_t)m->shape[k];
	}
	for (int k = 0; k < m->t.rank; k++) {
		uint64_t side = (uint64_t)m->chunk[k];

		chunk = chunk * (uint64_t)m->grid[k] + x[k] / side;
		inside = inside * side + x[k] % side;
	}
	return chunk * m->c.bytes + inside * size;
}

static bool
make(struct made *m)
{
	static const size_t sizes[] = {1, 2, 4, 8};
	size_t size = sizes[rand() % 4];

	m->t.rank = rand() % (RANK + 1);
	for (int i = 0; i < m->t.rank; i++) {
		m->shape[i] = 1 + rand() % 6;
		m->chunk[i] = rand() % 3 ? 1 + rand() % (m->shape[i] + 2)
		                         : m->shape[i];
	}
	measure(m, size);
	if (m->t.bytes > MOST || m->c.n * m->c.bytes > sizeof m->chunks)
		return false;
	for (uint64_t i = 0; i < m->t.bytes; i++)
		m->data[i] = (unsigned char)rand();
	memset(m->chunks, 0xee, sizeof m->chunks);
	for (uint64_t i = 0; i < (uint64_t)m->t.count; i++)
		memcpy(m->chunks + place_of(m, i, size), m->data + i * size,
		       size);
	for (uint64_t i = 0; i < m->c.n; i++)
		m->at[i] = (struct weft_chunk){
			.bytes = m->chunks + i * m->c.bytes,
			.size = m->c.bytes};
	return true;
}

static bool
reads_right(const struct made *m)
{
	unsigned char got[MOST];
	struct weft_source src = {0};
	weft_errors e = {0};
	uint64_t at = 0;

	memset(got, 0, sizeof got);
	while (at < m->t.bytes) {
		uint64_t n = 1 + (uint64_t)rand() % (m->t.bytes - at);

		if (weft_chunks_read(&src, &m->t, at, n, got + at, &e))
			return false;
		at += n;
	}
	return memcmp(got, m->data, m->t.bytes) == 0;
}

static void
test_random(void)
{
	static struct made m;
	int made = 0, right = 0;

	srand(7);
	while (made < 3000) {
		if (!make(&m))
			continue;
		made++;
		right += reads_right(&m);
	}
	CHECK("random access", right == made, "%d of %d", right, made);
	for (uint64_t i = 0; i < m.c.n; i++)
		m.at[i] = (struct weft_chunk){.file = -1};
	memset(m.data, 0, sizeof m.data);
	CHECK("absent chunks are zeros", reads_right(&m), "they are not");
}

/* --- streams --- */

/* Reads the one chunk of `stored` bytes in steps that become larger; what is
 * said goes to *said. */
static int
read_chunk(enum weft_codec codec, const void *stored, size_t n, size_t size,
           unsigned char *to, char **said)
{
	struct weft_file f = {.path = "k/0", .fd = -1};
	struct weft_source src = {.files = &f, .n_files = 1};
	struct weft_chunk at = {.bytes = stored, .size = n, .offset = 100};
	struct weft_chunks c = {.at = &at, .n = 1, .bytes = size,
	                        .codec = codec};
	struct weft_stored t = {.key = "k", .chunks = &c};
	struct weft_chunk_stream s;
	weft_errors e = {0};
	int code = 0;

	weft_chunk_open(&s, &src, &t, 0);
	for (size_t i = 0, k = 1; i < size && !code; i += k, k = 3 * k + 1) {
		if (k > size - i)
			k = size - i;
		code = weft_chunk_read(&s, to + i, k, &e);
	}
	weft_chunk_close(&s);
	*said = messages(&e);
	return code;
}

static int
append(void *to, const void *bytes, size_t n, weft_errors *e)
{
	(void)e;
	weft_text_add(to, bytes, n);
	return 0;
}

static void
encode(weft_text *t, const void *bytes, size_t n)
{
	weft_encoder *c = weft_encoder_new(n);
	const char *p = bytes;
	weft_errors e = {0};

	for (size_t k = 1; n > 0; p += k, n -= k, k = 5 * k)
		if (weft_encode(c, p, k = k < n ? k : n, append, t, &e))
			abort();
	weft_encoder_free(c);
}

static void
expect_chunk(const char *name, enum weft_codec codec, const void *stored,
             size_t n, const char *data, size_t size, const char *says)
{
	unsigned char *to = calloc(1, size + 1);
	char *said;
	int code;

	if (!to)
		abort();
	code = read_chunk(codec, stored, n, size, to, &said);
	if (*says)
		CHECK(name, code == 65 && strstr(said, says), "code %d: %s",
		      code, said);
	else
		CHECK(name, !code && memcmp(to, data, size) == 0,
		      "code %d: %s", code, said);
	free(said);
	free(to);
}

#define TEXT "abcdefghabcdefghabcdefgh"

static void
test_wrapped(void)
{
	static const char gzip[] =
		"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\x4c\x4a\x4e\x49"
		"\x4d\x4b\xcf\x48\x44\xa3\x01\x67\x0a\x5a\x2f\x18\x00\x00\x00";
	static const char zlib[] =
		"\x78\x9c\x4b\x4c\x4a\x4e\x49\x4d\x4b\xcf\x48\x44\xa3\x01\x75"
		"\x60\x09\x6d";

	expect_chunk("gzip", WEFT_CODEC_GZIP, gzip, sizeof gzip - 1, TEXT, 24,
	             "");
	expect_chunk("zlib", WEFT_CODEC_ZLIB, zlib, sizeof zlib - 1, TEXT, 24,
	             "");
	expect_chunk("gzip, said to be zlib", WEFT_CODEC_ZLIB, gzip,
	             sizeof gzip - 1, TEXT, 24,
	             "k/0: byte 100: chunk 0 of tensor \"k\" is not what zlib");
	expect_chunk("gzip without its end", WEFT_CODEC_GZIP, gzip,
	             sizeof gzip - 2, TEXT, 24, "it ends too early");
	expect_chunk("gzip with a byte behind it", WEFT_CODEC_GZIP, gzip,
	             sizeof gzip, TEXT, 24, "something follows its end");
	expect_chunk("gzip of more", WEFT_CODEC_GZIP, gzip, sizeof gzip - 1,
	             TEXT, 23, "it becomes more bytes");
	expect_chunk("gzip of less", WEFT_CODEC_GZIP, gzip, sizeof gzip - 1,
	             TEXT, 25, "it becomes fewer bytes");
}

static void
test_zstd(void)
{
	static const unsigned char fits[] = "\x28\xb5\x2f\xfd\x00\x88\x41\0\0"
	                                    "12345678";
	static const unsigned char wide[] = "\x28\xb5\x2f\xfd\x00\x90\x41\0\0"
	                                    "12345678";
	enum { SIZE = 3000000 };
	char *data = calloc(1, SIZE);
	weft_text t = {0};

	if (!data)
		abort();
	expect_chunk("a window of 128 MiB", WEFT_CODEC_ZSTD, fits, 17,
	             "12345678", 8, "");
	expect_chunk("a window of 256 MiB", WEFT_CODEC_ZSTD, wide, 17,
	             "12345678", 8, "Frame requires too much memory");
	encode(&t, data, SIZE);
	CHECK("zeros are compressed", t.size < 1000, "%zu bytes", t.size);
	expect_chunk("zeros", WEFT_CODEC_ZSTD, t.data, t.size, data, SIZE, "");
	expect_chunk("a small chunk that becomes large", WEFT_CODEC_ZSTD,
	             t.data, t.size, data, 8, "it becomes more bytes");
	t.size = 0;
	for (int i = 0; i < SIZE; i++)
		data[i] = (char)(rand() % 7);
	encode(&t, data, SIZE);
	expect_chunk("zstd", WEFT_CODEC_ZSTD, t.data, t.size, data, SIZE, "");
	expect_chunk("zstd cut short", WEFT_CODEC_ZSTD, t.data, t.size - 1,
	             data, SIZE, "it ends too early");
	weft_text_add(&t, "\0", 1);
	expect_chunk("zstd with a byte behind it", WEFT_CODEC_ZSTD, t.data,
	             t.size, data, SIZE, "something follows its end");
	expect_chunk("nothing", WEFT_CODEC_ZSTD, t.data, 0, data, 8,
	             "it ends too early");
	weft_text_free(&t);
	free(data);
}

/* Every cut, and a change of every byte: an error, or as many bytes. */
static void
test_changed(void)
{
	unsigned char to[1000];
	char data[1000], *said;
	weft_text t = {0};
	int cuts = 0, odd = 0;

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (char)(i % 10 * (i % 3));
	encode(&t, data, sizeof data);
	for (size_t n = 0; n < t.size; n++) {
		cuts += read_chunk(WEFT_CODEC_ZSTD, t.data, n, sizeof data, to,
		                   &said) == 65;
		free(said);
	}
	CHECK("every cut is an error", cuts == (int)t.size, "%d of %zu", cuts,
	      t.size);
	for (size_t i = 0; i < 8 * t.size; i++) {
		int code;

		t.data[i / 8] ^= (char)(1 << i % 8);
		code = read_chunk(WEFT_CODEC_ZSTD, t.data, t.size, sizeof data,
		                  to, &said);
		t.data[i / 8] ^= (char)(1 << i % 8);
		odd += code != 0 && (code != 65 || !strstr(said, "k/0: byte"));
		free(said);
	}
	CHECK("a changed bit is no other error", odd == 0, "%d are", odd);
	weft_text_free(&t);
}

int
main(void)
{
	test_random();
	test_wrapped();
	test_zstd();
	test_changed();
	CHECK("CRC-32C", weft_crc32c("123456789", 9) == 0xe3069283, "is %x",
	      weft_crc32c("123456789", 9));
	return check_done();
}
