#include "../io/escape.h"
#include "orbax.h"

int
weft_orbax_ocdbt(struct weft_source *src, const char *sub, const char *items,
                 const struct weft_orbax_tree *tree, weft_errors *e)
{
	char shown[WEFT_ESCAPED];

	(void)src;
	(void)sub;
	(void)items;
	weft_error(e, WEFT_BAD, "%s: the arrays are in an OCDBT store, which "
	           "is not supported", weft_escape(shown, tree->path));
	weft_hint(e, "save without it: MaxText has "
	          "checkpoint_storage_use_ocdbt=False, Orbax use_ocdbt=False");
	return WEFT_BAD;
}
