#include "signature.h"

#include <string.h>
#include <strings.h>

#include "../io/escape.h"

static const struct {
	const char *start;
	size_t size;
	const char *what, *todo;
} signatures[] = {
#define STARTS(text) text, sizeof text - 1
	{STARTS("version https://git-lfs"), "a git-lfs pointer",
	 "run git lfs pull in its repository to fetch the file itself"},
	{STARTS("<!doctype html"), "an HTML page",
	 "the download went wrong; open the file to see what it says"},
	{STARTS("<html"), "an HTML page",
	 "the download went wrong; open the file to see what it says"},
	{STARTS("<?xml"), "an XML document",
	 "the download went wrong; open the file to see what it says"},
	{STARTS("\x1f\x8b"), "a gzip archive", "unpack it first"},
	{STARTS("\x28\xb5\x2f\xfd"), "a zstd archive", "unpack it first"},
	{STARTS("PK\x03\x04"), "a zip archive, perhaps of PyTorch",
	 "unpack it, or save the weights as safetensors first"},
	{STARTS("\x80\x02"), "a Python pickle",
	 "load it where it was made and save it as safetensors"},
	{STARTS("\x80\x03"), "a Python pickle",
	 "load it where it was made and save it as safetensors"},
	{STARTS("\x80\x04"), "a Python pickle",
	 "load it where it was made and save it as safetensors"},
	{STARTS("\x80\x05"), "a Python pickle",
	 "load it where it was made and save it as safetensors"},
	{STARTS("GGUF"), "a GGUF file",
	 "convert from the model it was made of"},
	{STARTS("\x89HDF\r\n"), "an HDF5 file",
	 "save the weights as safetensors first"},
	{STARTS("{"), "a JSON text", "name the weights, not their index"},
#undef STARTS
};

bool
weft_signature_error(const char *file, const unsigned char *p, size_t n,
                     weft_errors *e)
{
	char name[WEFT_ESCAPED];

	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
		size_t size = signatures[i].size;

		/* Of HTML, either case; nothing else has letters that
		 * could be mistaken. */
		if (n < size || strncasecmp((const char *)p,
		                            signatures[i].start, size) != 0)
			continue;
		weft_error(e, WEFT_BAD, "%s: not a safetensors file: this is "
		           "%s", weft_escape(name, file), signatures[i].what);
		weft_hint(e, "%s", signatures[i].todo);
		return true;
	}
	return false;
}
