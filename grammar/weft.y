/* The weft language. A file is a list of statements; a leaf of YAML is what
 * stands behind a word or a name in a statement, so each has a start symbol of
 * its own, chosen by the first token. The lexer ends every line with NEWLINE,
 * also before the `}` of a block. */
%require "3.8"
%expect 0
%define api.pure full
%define api.prefix {weft_}
%define api.token.prefix {T_}
%define api.location.type {struct span}
%define parse.error custom
%define parse.lac full
%locations
%param {struct reader *r}

%code requires {
#include "reader.h"
}

%code {
#define YYMAXDEPTH 5000
#define YYLLOC_DEFAULT(at, rhs, n) ((at) = join_spans(rhs, n))

static struct span join_spans(const struct span *rhs, int n);
static int weft_lex(union WEFT_STYPE *, struct span *, struct reader *);
static void weft_error(struct span *, struct reader *, const char *);
static struct scope leave(struct reader *, struct block *);
static struct expr *binary(struct reader *, enum expr_kind, struct span,
                           struct expr *, struct expr *);
static struct key_part *hole(struct reader *, enum part_kind, struct name *);
static void add_hole(struct key_part **open, struct span, struct key_part *);
static void add_text(struct reader *, struct key_part **open, struct span,
                     const struct token *);
static void add_label(struct reader *, struct name **open, struct span, atom);
#define BINARY(kind, at, a, b) binary(r, EXPR_##kind, at, a, b)
#define NEW(node) arena_alloc(r->ast->arena, sizeof *(node))
}

%union {
	const struct token *token;
	atom atom;
	struct name *name;
	struct expr *expr;
	struct factor *factor;
	struct key *key;
	struct key_part *part;
	struct op *op;
	struct place *place;
	struct alternative *alternative;
	struct value *value;
	struct let *let;
	struct family *family;
	struct axis *axis;
	struct rule *rule;
	struct edit *edit;
	struct tensor *tensor;
	struct pack *pack;
	struct setting *setting;
	struct use *use;
	struct block *block;
	enum expr_kind kind;
}

%token START_FILE START_QUOTED START_NAME START_NAMES START_PAIR START_EXPR
%token START_VALUE START_TEXT START_LIST START_LET START_VARIANT START_REQUIRE
%token START_OPTION START_DROP START_FAMILIES START_FIELD START_SET
%token START_SET_VALUE START_REMOVE START_RENAME START_INSERT START_DELETE
%token START_PLACE START_TENSOR START_PACK START_KEY START_GROUP START_USE

%token YYEOF 0 "the end"
%token NEWLINE "the end of the line"
%token <token> WORD "a name" LHS "a name of this block"
%token <token> LABEL "a label" NUMBER "an integer" REAL "a number"
%token <token> STRING "a text in double quotes" REGEX "a /regular expression/"
%token <token> CALL "a function" PREDICATE "a predicate" PATTERN "'pattern('"
%token <token> GLUE "the rest of the key"
%token LBRACE "'{'" RBRACE "'}'" HOLE "a hole" GLUEHOLE "a hole behind it"
%token HOLE_END "'}' of the hole" LBRACKET "'['" INDEX "'[' of an index"
%token RBRACKET "']'" LPAREN "'('" RPAREN "')'"
%token EQ "'=='" NE "'!='" LT "'<'" LE "'<='" GT "'>'" GE "'>='"
%token ASSIGN "'='" PIPE "'|'" COMMA "','" COLON "':'" DOT "'.'" DOTDOT "'..'"
%token PLUS "'+'" MINUS "'-'" STAR "'*'" SLASH "'/'" PERCENT "'%'"
%token CARET "'^'" EXACT "'^='"

%token MODEL "'model'" TITLE "'title'" SIZE "'size'" QUANTITY "'number'"
%token FLAG "'flag'"
%token TEXT "'text'" LIST "'list'" LET "'let'" VARIANT "'variant'"
%token REQUIRE "'require'" UNDECIDABLE "'undecidable'" LAYOUT "'layout'"
%token TENSOR "'tensor'" PACK "'pack'" KEEP "'keep'" GROUP "'group'"
%token ROWS "'rows'" USE "'use'" OF "'of'" FORMAT "'format'"
%token DETECT "'detect'" OPTION "'option'" DROP "'drop'" CONFIG "'config'"
%token FILE "'file'" METADATA "'metadata'"
%token SET "'set'" REMOVE "'remove'" RENAME "'rename'" INSERT "'insert'"
%token DELETE "'delete'" PLACE "'place'" FOR "'for'" OPTIONAL "'optional'"
%token IF "'if'" ROUTED "'routed'" BY "'by'" ALSO "'also'" AS "'as'"
%token ELSE "'else'" WHEN "'when'" WITH "'with'" AND "'and'" OR "'or'"
%token NOT "'not'" IN "'in'" TRUE "'true'" FALSE "'false'"

%type <name> name name_list names words word_list labels
%type <atom> title doc
%type <token> label
%type <expr> expr and_expr not_expr comparison sum term unary postfix primary
%type <expr> expr_list exprs amount pin shift when path new_name
%type <expr> argument arguments option_value option_values
%type <kind> compare
%type <factor> factor plain_factor factor_list factors axes_opt
%type <factor> term_list sum_term group_item group_list let_item let_list
%type <key> key directory setting_value
%type <part> parts quoted hole
%type <op> op op_list ops
%type <place> form place
%type <alternative> value_list alternative text text_list element element_list
%type <value> values texts listing computed
%type <let> let
%type <family> family counted family_list families
%type <axis> axis axis_list
%type <rule> variant require option drop
%type <edit> field set set_value remove rename insert delete
%type <tensor> tensor tensor_name attributes
%type <pack> pack
%type <name> pair group layout_alias layout_model
%type <setting> setting setting_list settings
%type <use> use
%type <block> rows_open

%%

start:
  START_FILE items
| START_QUOTED quoted       { list_close($2); r->result = $2; }
| START_NAME name           { r->result = $2; }
| START_NAMES names         { r->result = $2; }
| START_PAIR pair           { r->result = $2; }
| START_EXPR expr           { r->result = $2; }
| START_VALUE values        { r->result = $2; }
| START_TEXT texts          { r->result = $2; }
| START_LIST listing        { r->result = $2; }
| START_LET let             { r->result = $2; }
| START_VARIANT variant     { r->result = $2; }
| START_REQUIRE require     { r->result = $2; }
| START_OPTION option       { r->result = $2; }
| START_DROP drop           { r->result = $2; }
| START_FAMILIES families   { r->result = $2; }
| START_FIELD field         { r->result = $2; }
| START_SET set             { r->result = $2; }
| START_SET_VALUE set_value { r->result = $2; }
| START_REMOVE remove       { r->result = $2; }
| START_RENAME rename       { r->result = $2; }
| START_INSERT insert       { r->result = $2; }
| START_DELETE delete       { r->result = $2; }
| START_PLACE place         { r->result = $2; }
| START_TENSOR tensor_name       { r->result = $2; }
| START_PACK pack           { r->result = $2; }
| START_KEY key             { r->result = $2; }
| START_GROUP group         { r->result = $2; }
| START_USE use             { r->result = $2; }
;

/* Statements. */
items:
  %empty
| items item
| items error NEWLINE       { yyerrok; }
;
item:
  MODEL name title NEWLINE  { ast_model(r->ast, r->scope, $2, $3); }
| shared
| CONFIG name STRING NEWLINE {
	ast_config(r->ast, r->scope, $2, $3->text); }
| UNDECIDABLE pair NEWLINE  { ast_undecidable(r->scope, $2); }
| layout_open layout_items RBRACE NEWLINE { r->scope.layout = NULL; }
| LAYOUT error NEWLINE      { yyerrok; }
| TENSOR tensor NEWLINE     { ast_tensor(r->scope, $2); }
| tensor_open place_lines RBRACE NEWLINE
| TENSOR error NEWLINE      { yyerrok; }
| PACK pack NEWLINE         { ast_pack(r->ast, r->scope, $2); }
| keep_open keep_lines RBRACE NEWLINE
| KEEP error NEWLINE        { yyerrok; }
| GROUP group NEWLINE       { ast_group(r->ast, r->scope, @2, $2); }
| rows_open items RBRACE NEWLINE { r->scope = leave(r, $1); }
| ROWS error NEWLINE        { yyerrok; }
| USE use NEWLINE           { ast_use(r->scope, $2); }
;

/* What stands in a block and in a layout. */
shared:
  value_lines
| text_lines
| list_lines
| LET name ASSIGN let NEWLINE         { ast_let(r->scope, $2, $4); }
| VARIANT name ASSIGN variant NEWLINE { ast_variant(r->scope, $2, $4); }
| REQUIRE require NEWLINE             { ast_require(r->scope, $2); }
;
value_lines:
  value_word name ASSIGN values NEWLINE  {
	ast_value(r->scope, r->kind, $2, $4); }
| value_lines LHS ASSIGN values NEWLINE  {
	ast_value(r->scope, r->kind, ast_name(r->ast, @2, $2->text), $4); }
| value_word error NEWLINE      { yyerrok; }
| value_lines LHS error NEWLINE { yyerrok; }
;
value_word:
  SIZE { r->kind = VALUE_SIZE; }
| QUANTITY { r->kind = VALUE_NUMBER; }
| FLAG { r->kind = VALUE_FLAG; }
;
text_lines:
  TEXT name ASSIGN texts NEWLINE { ast_value(r->scope, VALUE_TEXT, $2, $4); }
| text_lines LHS ASSIGN texts NEWLINE {
	ast_value(r->scope, VALUE_TEXT, ast_name(r->ast, @2, $2->text), $4); }
| TEXT error NEWLINE            { yyerrok; }
| text_lines LHS error NEWLINE  { yyerrok; }
;
list_lines:
  LIST name ASSIGN listing NEWLINE { ast_value(r->scope, VALUE_LIST, $2, $4); }
| list_lines LHS ASSIGN listing NEWLINE {
	ast_value(r->scope, VALUE_LIST, ast_name(r->ast, @2, $2->text), $4); }
| LIST error NEWLINE            { yyerrok; }
| list_lines LHS error NEWLINE  { yyerrok; }
;

/* Layouts. */
layout_open:
  LAYOUT name title layout_alias layout_model LBRACE {
	r->scope.layout = ast_layout(r->ast, r->scope, $2);
	r->scope.layout->title = $3;
	ast_alias(r->scope.layout, $4);
	r->scope.layout->model = $5 ? $5->text : NULL;
	r->places = &r->scope.layout->places; }
| LAYOUT error LBRACE {
	r->scope.layout = NEW(r->scope.layout);
	r->places = &r->scope.layout->places;
	yyerrok; }
;
layout_alias:
  %empty                { $$ = NULL; }
| AS name               { $$ = $2; }
;
layout_model:
  %empty                { $$ = NULL; }
| FOR name              { $$ = $2; }
;
layout_items:
  %empty
| layout_items layout_item
| layout_items error NEWLINE { yyerrok; }
;
layout_item:
  shared
| FORMAT name NEWLINE   { ast_format(r->ast, r->scope.layout, $2); }
| DETECT expr NEWLINE   {
	struct rule *d = ast_rule(r->ast, @2, $2, NULL);
	list_add(r->scope.layout->detects, d); }
| OPTION name ASSIGN option NEWLINE { ast_option(r->scope.layout, $2, $4); }
| FOR family_list NEWLINE { list_join(r->scope.layout->families, $2); }
| DROP drop NEWLINE     { list_add(r->scope.layout->drops, $2); }
| CONFIG STRING NEWLINE {
	struct rule *c = ast_rule(r->ast, @2, NULL, $2->text);
	list_add(r->scope.layout->configs, c); }
| FILE STRING NEWLINE   {
	struct rule *f = ast_rule(r->ast, @2, NULL, $2->text);
	list_add(r->scope.layout->files, f); }
| METADATA name ASSIGN expr NEWLINE {
	ast_metadata(r->scope.layout, $2, ast_rule(r->ast, @4, $4, NULL)); }
| SET set NEWLINE       { list_add(r->scope.layout->edits, $2); }
| REMOVE remove NEWLINE { list_add(r->scope.layout->edits, $2); }
| RENAME rename NEWLINE { list_add(r->scope.layout->edits, $2); }
| INSERT insert NEWLINE { list_add(r->scope.layout->edits, $2); }
| DELETE delete NEWLINE { list_add(r->scope.layout->edits, $2); }
| place_line
;

/* Tensors, keeps, rows. */
tensor_open:
  TENSOR tensor LBRACE {
	ast_tensor(r->scope, $2);
	r->places = &$2->places; }
| TENSOR error LBRACE {
	struct tensor *t = NEW(t);
	r->places = &t->places;
	yyerrok; }
;
tensor:
  tensor_name attributes     {
	$$ = $2;
	list_close($$->families);
	$$->name = $1->name;
	$$->span = $1->span;
	$$->axes = $1->axes; }
;
tensor_name:
  name LBRACKET axis_list RBRACKET {
	$$ = NEW($$);
	list_close($3);
	$$->name = $1->text;
	$$->span = $1->span;
	$$->axes = $3; }
;
attributes:
  %empty                     { $$ = NEW($$); }
| attributes OPTIONAL        { $$ = $1; $$->optional = true; }
| attributes FOR family_list { $$ = $1; list_join($$->families, $3); }
| attributes IF expr    {
	$$ = $1;
	$$->when = $$->when ? BINARY(AND, @3, $$->when, $3) : $3; }
| attributes ROUTED BY name {
	$$ = $1;
	$$->routed = $4->text;
	$$->routed_span = @4; }
;
place_lines:
  %empty
| place_lines place_line
| place_lines error NEWLINE { yyerrok; }
;
place_line:
  names place NEWLINE   { ast_add_place(r->ast, r->places, $1, $2); }
;
keep_open:
  KEEP name LBRACE  { r->places = &ast_keep(r->ast, r->scope, $2)->places; }
| KEEP error LBRACE {
	struct keep *k = NEW(k);
	r->places = &k->places;
	yyerrok; }
;
keep_lines:
  %empty
| keep_lines keep_line NEWLINE
| keep_lines error NEWLINE  { yyerrok; }
;
keep_line:
  names key             { ast_add_keep(r->ast, r->places, $1, $2); }
| keep_line names key   { ast_add_keep(r->ast, r->places, $2, $3); }
;
rows_open:
  ROWS name LBRACE  {
	$$ = r->scope.block;
	r->scope.block = &ast_rows(r->ast, r->scope, $2)->block; }
| ROWS error LBRACE {
	$$ = r->scope.block;
	r->scope.block = NEW(r->scope.block);
	yyerrok; }
;

/* Right-hand sides. */
values:
  value_list            { $$ = ast_alternatives(r->ast, $1); }
;
value_list:
  alternative           { $$ = NULL; list_add($$, $1); }
| value_list PIPE alternative { $$ = $1; list_add($$, $3); }
;
alternative:
  expr_list when        {
	list_close($1);
	$$ = ast_alternative(r->ast, @$, $1, NULL, $2); }
;
texts:
  text_list             { $$ = ast_alternatives(r->ast, $1); }
;
text_list:
  text                  { $$ = NULL; list_add($$, $1); }
| text_list PIPE text   { $$ = $1; list_add($$, $3); }
;
text:
  key when              { $$ = ast_alternative(r->ast, @$, NULL, $1, $2); }
;
when:
  %empty                { $$ = NULL; }
| WHEN expr             { $$ = $2; }
;
listing:
  values
| computed
| value_list PIPE computed { list_close($1); $$ = $3; $$->alternatives = $1; }
;
computed:
  FOR counted element_list {
	$$ = NEW($$);
	list_close($3);
	$$->computed = $2;
	$$->elements = $3; }
;
element_list:
  element                   { $$ = NULL; list_add($$, $1); }
| element_list PIPE element { $$ = $1; list_add($$, $3); }
;
element:
  postfix when          { $$ = ast_alternative(r->ast, @$, $1, NULL, $2); }
;
let:
  LPAREN let_list RPAREN {
	$$ = NEW($$);
	list_close($2);
	$$->split = ast_factor(r->ast, FACTOR_PRODUCT, @$, $2, NULL); }
| words when            { $$ = NEW($$); $$->labels = $1; $$->when = $2; }
;
let_list:
  let_item              { $$ = NULL; list_add($$, $1); }
| let_list let_item     { $$ = $1; list_add($$, $2); }
;
let_item:
  name                  { $$ = ast_axis_name(r->ast, $1, NULL); }
| name COLON amount     { $$ = ast_axis_name(r->ast, $1, $3); }
;
variant:
  expr ELSE expr        {
	$$ = ast_rule(r->ast, @$, $1, NULL);
	$$->otherwise = $3; }
;
require:
  expr STRING           { $$ = ast_rule(r->ast, @$, $1, $2->text); }
;
option:
  option_values doc     {
	list_close($1);
	$$ = ast_rule(r->ast, @$, $1, $2); }
;
option_values:
  option_value                    { $$ = NULL; list_add($$, $1); }
| option_values PIPE option_value { $$ = $1; list_add($$, $3); }
;
option_value:
  name      { $$ = ast_variable(r->ast, @1, $1->text); }
| NUMBER    { $$ = ast_integer(r->ast, @1, $1->integer); }
| REAL      { $$ = ast_real(r->ast, @1, $1->real); }
| STRING    { $$ = ast_string(r->ast, @1, $1->text); }
| TRUE      { $$ = ast_expr(r->ast, EXPR_TRUE, @1, NULL, NULL); }
| FALSE     { $$ = ast_expr(r->ast, EXPR_FALSE, @1, NULL, NULL); }
;
title:
  %empty    { $$ = NULL; }
| STRING    { $$ = $1->text; }
;
doc:
  title
;
drop:
  key STRING            {
	$$ = ast_rule(r->ast, @$, NULL, $2->text);
	$$->key = $1; }
;
pack:
  names place           {
	$$ = NEW($$);
	$$->span = @$;
	$$->layouts = $1;
	$$->place = $2; }
;
pair:
  name name             { $$ = $1; $$->next = $2; }
;
group:
  name WITH words       { $$ = $1; $$->next = $3; }
;
use:
  STRING                { $$ = NEW($$); $$->span = @$; $$->file = $1->text; }
| name AS name settings {
	$$ = NEW($$);
	$$->span = @$;
	$$->rows = $1->text;
	$$->prefix = $3->text;
	$$->settings = $4; }
;
settings:
  %empty                { $$ = NULL; }
| WITH setting_list     { $$ = $2; list_close($$); }
;
setting_list:
  setting                    { $$ = NULL; list_add($$, $1); }
| setting_list COMMA setting { $$ = $1; list_add($$, $3); }
;
setting:
  WORD ASSIGN setting_value { $$ = ast_setting(r->ast, @1, $1->text, $3); }
;
setting_value:
  key
| NUMBER                {
	atom text = atom_text(r->ast->atoms, arena_printf(r->ast->arena,
	                      "%lld", (long long)$1->integer));
	$$ = ast_key(r->ast, @1, ast_part(r->ast, PART_TEXT, @1, text)); }
;

/* Edits of a config. */
field:
  path              { $$ = NEW($$); $$->path = $1; }
| OPTIONAL path     { $$ = NEW($$); $$->path = $2; $$->optional = true; }
;
set:
  field ASSIGN expr when { $$ = ast_edit($1, EDIT_SET, @$, $3, $4); }
;
set_value:
  expr when  { $$ = NEW($$); ast_edit($$, EDIT_SET, @$, $1, $2); }
;
remove:
  path when  {
	$$ = NEW($$);
	$$->path = $1;
	ast_edit($$, EDIT_REMOVE, @$, NULL, $2); }
;
rename:
  field new_name when { $$ = ast_edit($1, EDIT_RENAME, @$, $2, $3); }
;
insert:
  field expr when     { $$ = ast_edit($1, EDIT_INSERT, @$, $2, $3); }
;
delete:
  field expr when     { $$ = ast_edit($1, EDIT_DELETE, @$, $2, $3); }
;
path:
  WORD                     { $$ = ast_variable(r->ast, @1, $1->text); }
| path INDEX expr RBRACKET { $$ = BINARY(INDEX, @$, $1, $3); }
;
new_name:
  WORD      { $$ = ast_string(r->ast, @1, $1->text); }
| STRING    { $$ = ast_string(r->ast, @1, $1->text); }
;

/* Places. */
place:
  form key directory axes_opt ops {
	$$ = $1;
	$$->span = @$;
	$$->key = $2;
	$$->directory = $3;
	$$->axes = $4;
	$$->has_axes = @4.end > @4.begin;
	$$->ops = $5; }
;
form:
  %empty             { $$ = ast_place(r->ast, PLACE_PLAIN, NULL); }
| WHEN expr          { $$ = ast_place(r->ast, PLACE_WHEN, $2); }
| ELSE               { $$ = ast_place(r->ast, PLACE_ELSE, NULL); }
| ALSO when          { $$ = ast_place(r->ast, PLACE_ALSO, $2); }
| ALSO OPTIONAL when { $$ = ast_place(r->ast, PLACE_ALSO_OPTIONAL, $3); }
;
directory:
  %empty    { $$ = NULL; }
| IN key    { $$ = ast_directory(r->ast, $2); }
;
axes_opt:
  %empty                      { $$ = NULL; }
| LBRACKET RBRACKET           { $$ = NULL; }
| LBRACKET factors RBRACKET   { $$ = $2; }
;
ops:
  %empty        { $$ = NULL; }
| op_list       { $$ = $1; list_close($$); }
;
op_list:
  op            { $$ = NULL; list_add($$, $1); }
| op_list op    { $$ = $1; list_add($$, $2); }
;
op:
  PIPE name arguments {
	list_close($3);
	$$ = ast_op(r->ast, span_join(@2, @3), $2, $3); }
| PIPE name arguments ASSIGN argument {
	list_add($3, $5);
	list_close($3);
	$$ = ast_op(r->ast, span_join(@2, @5), $2, $3);
	$$->exact = true; }
;
arguments:
  %empty                { $$ = NULL; }
| arguments argument    { $$ = $1; list_add($$, $2); }
;
argument:
  name                  { $$ = ast_variable(r->ast, @1, $1->text); }
| NUMBER                { $$ = ast_integer(r->ast, @1, $1->integer); }
| REAL                  { $$ = ast_real(r->ast, @1, $1->real); }
| LPAREN expr RPAREN    { $$ = $2; }
;

/* Keys. */
key:
  parts     { list_close($1); $$ = ast_key(r->ast, @$, $1); }
| STRING    { $$ = reader_quoted_key(r, $1); }
| REGEX     { $$ = reader_regex_key(r, $1); }
;
parts:
  WORD                       { $$ = NULL; add_text(r, &$$, @1, $1); }
| HOLE hole HOLE_END         { $$ = NULL; add_hole(&$$, @$, $2); }
| parts GLUE                 { $$ = $1; add_text(r, &$$, @2, $2); }
| parts GLUEHOLE hole HOLE_END {
	$$ = $1;
	add_hole(&$$, span_join(@2, @4), $3); }
;
quoted:
  %empty                     { $$ = NULL; }
| quoted GLUE                { $$ = $1; add_text(r, &$$, @2, $2); }
| quoted GLUEHOLE hole HOLE_END {
	$$ = $1;
	add_hole(&$$, span_join(@2, @4), $3); }
;
hole:
  name                  { $$ = hole(r, PART_NAME, $1); }
| name shift            { $$ = hole(r, PART_NAME, $1); $$->shift = $2; }
| name ASSIGN pin       { $$ = hole(r, PART_NAME, $1); $$->pin = $3; }
| name EXACT NUMBER     {
	$$ = hole(r, PART_NAME, $1);
	if ($3->integer < 1 || $3->integer > 18)
		diag_error(r->ast->diags, @3, NULL,
		           "an index has 1 to 18 digits");
	else
		$$->width = (int)$3->integer; }
| name COLON labels     {
	$$ = hole(r, PART_NAME, $1);
	list_close($3);
	$$->labels = $3; }
| name DOT              { $$ = hole(r, PART_SEGMENT, $1); }
| name DOTDOT           { $$ = hole(r, PART_ANY, $1); }
| LPAREN group_list RPAREN {
	$$ = ast_part(r->ast, PART_GROUP, @$, NULL);
	list_close($2);
	$$->group = $2; }
;
shift:
  MINUS term            { $$ = BINARY(NEG, @$, $2, NULL); }
| PLUS term             { $$ = $2; }
| shift MINUS term      { $$ = BINARY(SUB, @$, $1, $3); }
| shift PLUS term       { $$ = BINARY(ADD, @$, $1, $3); }
;
pin:
  amount
| pin PLUS amount       { $$ = BINARY(ADD, @$, $1, $3); }
| pin MINUS amount      { $$ = BINARY(SUB, @$, $1, $3); }
;
labels:
  label                 { $$ = NULL; add_label(r, &$$, @1, $1->text); }
| labels COMMA label    { $$ = $1; add_label(r, &$$, @3, $3->text); }
;
label:
  LABEL | STRING
;
group_list:
  group_item            { $$ = NULL; list_add($$, $1); }
| group_list group_item { $$ = $1; list_add($$, $2); }
;
group_item:
  name                  { $$ = ast_axis_name(r->ast, $1, NULL); }
| name ASSIGN pin       { $$ = ast_axis_name(r->ast, $1, $3); }
;

/* Axes. */
factors:
  factor_list           { $$ = $1; list_close($$); }
;
factor_list:
  factor                { $$ = NULL; list_add($$, $1); }
| factor_list factor    { $$ = $1; list_add($$, $2); }
;
factor:
  plain_factor
| factor CARET amount {
	$$ = ast_factor(r->ast, FACTOR_MULTIPLE, @$, $1, $3); }
| factor EXACT amount {
	$$ = ast_factor(r->ast, FACTOR_EXACT, @$, $1, $3); }
| factor SLASH name     { $$ = ast_cut(r->ast, @$, $1, $3); }
;
plain_factor:
  name                  { $$ = ast_axis_name(r->ast, $1, NULL); }
| NUMBER                { $$ = ast_one(r->ast, @1, $1->integer); }
| LPAREN factors RPAREN {
	$$ = ast_factor(r->ast, FACTOR_PRODUCT, @$, $2, NULL); }
| LPAREN term_list RPAREN { list_close($2); $$ = ast_sum(r->ast, @$, $2); }
;
term_list:
  sum_term                { $$ = NULL; list_add($$, $1); }
| term_list PLUS sum_term { $$ = $1; list_add($$, $3); }
;
sum_term:
  name COLON factor     { $$ = $3; $$->term = $1->text; $$->span = @$; }
;
amount:
  name                  { $$ = ast_variable(r->ast, @1, $1->text); }
| NUMBER                { $$ = ast_integer(r->ast, @1, $1->integer); }
| LPAREN expr RPAREN    { $$ = $2; }
;
axis_list:
  %empty                { $$ = NULL; }
| axis_list axis        { $$ = $1; list_add($$, $2); }
;
axis:
  name                  { $$ = ast_axis(r->ast, @$, $1, NULL); }
| name COLON name       { $$ = ast_axis(r->ast, @$, $1, $3); }
;

/* Families. */
families:
  family_list           { $$ = $1; list_close($$); }
;
family_list:
  family                   { $$ = NULL; list_add($$, $1); }
| family_list COMMA family { $$ = $1; list_add($$, $3); }
;
family:
  counted
| name IN words {
	$$ = ast_family(r->ast, FAMILY_LABELS, @$, $1, NULL, NULL);
	$$->labels = $3; }
| name {
	$$ = ast_family(r->ast, FAMILY_OPEN, @$, $1, NULL, NULL); }
;
counted:
  name LT sum {
	$$ = ast_family(r->ast, FAMILY_COUNT, @$, $1, NULL, $3); }
| name IN sum DOTDOT sum {
	$$ = ast_family(r->ast, FAMILY_RANGE, @$, $1, $3, $5); }
;

/* Expressions. */
expr_list:
  expr                  { $$ = NULL; list_add($$, $1); }
| expr_list COMMA expr  { $$ = $1; list_add($$, $3); }
;
exprs:
  %empty                { $$ = NULL; }
| expr_list             { $$ = $1; list_close($$); }
;
expr:
  and_expr
| expr OR and_expr      { $$ = BINARY(OR, @$, $1, $3); }
;
and_expr:
  not_expr
| and_expr AND not_expr { $$ = BINARY(AND, @$, $1, $3); }
;
not_expr:
  comparison
| NOT not_expr          { $$ = BINARY(NOT, @$, $2, NULL); }
;
comparison:
  sum
| sum compare sum       { $$ = binary(r, $2, @$, $1, $3); }
;
compare:
  EQ { $$ = EXPR_EQ; } | NE { $$ = EXPR_NE; } | LT { $$ = EXPR_LT; }
| LE { $$ = EXPR_LE; } | GT { $$ = EXPR_GT; } | GE { $$ = EXPR_GE; }
| IN { $$ = EXPR_IN; }
;
sum:
  term
| sum PLUS term         { $$ = BINARY(ADD, @$, $1, $3); }
| sum MINUS term        { $$ = BINARY(SUB, @$, $1, $3); }
;
term:
  unary
| term STAR unary       { $$ = BINARY(MUL, @$, $1, $3); }
| term SLASH unary      { $$ = BINARY(DIV, @$, $1, $3); }
| term PERCENT unary    { $$ = BINARY(MOD, @$, $1, $3); }
;
unary:
  postfix
| MINUS unary           { $$ = BINARY(NEG, @$, $2, NULL); }
;
postfix:
  primary
| postfix INDEX expr RBRACKET { $$ = BINARY(INDEX, @$, $1, $3); }
;
primary:
  NUMBER    { $$ = ast_integer(r->ast, @1, $1->integer); }
| REAL      { $$ = ast_real(r->ast, @1, $1->real); }
| STRING    { $$ = ast_string(r->ast, @1, $1->text); }
| WORD      { $$ = ast_variable(r->ast, @1, $1->text); }
| TRUE      { $$ = ast_expr(r->ast, EXPR_TRUE, @1, NULL, NULL); }
| FALSE     { $$ = ast_expr(r->ast, EXPR_FALSE, @1, NULL, NULL); }
| LPAREN expr RPAREN              { $$ = $2; }
| LBRACKET exprs RBRACKET         { $$ = ast_list(r->ast, @$, $2); }
| CALL LPAREN expr_list RPAREN    {
	list_close($3);
	$$ = ast_call(r->ast, @$, $1->text, $3); }
| PATTERN LPAREN expr COMMA key RPAREN {
	$$ = ast_pattern(r->ast, @$, $3, $5); }
| PREDICATE LPAREN key RPAREN     {
	$$ = ast_predicate(r->ast, @$, $1->text, $3); }
;

/* Names. */
name:
  WORD      { $$ = ast_name(r->ast, @1, $1->text); }
;
names:
  name_list { $$ = $1; list_close($$); }
;
name_list:
  name                  { $$ = NULL; list_add($$, $1); }
| name_list COMMA name  { $$ = $1; list_add($$, $3); }
;
words:
  word_list { $$ = $1; list_close($$); }
;
word_list:
  name           { $$ = NULL; list_add($$, $1); }
| word_list name { $$ = $1; list_add($$, $2); }
;

%%

static struct span
join_spans(const struct span *rhs, int n)
{
	struct span at = {rhs[0].file, rhs[0].end, rhs[0].end};
	int i = 1;

	while (i <= n && rhs[i].begin == rhs[i].end)
		i++;
	for (at = i <= n ? rhs[i] : at; i <= n; i++)
		at = span_join(at, rhs[i]);
	return at;
}

static int
weft_lex(union WEFT_STYPE *value, struct span *at, struct reader *r)
{
	const struct token *t = &r->tokens.list[r->next];

	_Static_assert(T_START_USE - T_START_FILE == (int)LEAF_USE,
	               "a start symbol for each leaf");
	*at = t->span;
	if (!r->started) {
		r->started = true;
		at->end = at->begin;
		return T_START_FILE + (int)r->leaf;
	}
	r->last = r->next;
	r->next += t->kind != 0;
	value->token = t;
	return t->kind;
}

static int
yyreport_syntax_error(const yypcontext_t *context, struct reader *r)
{
	yysymbol_kind_t kinds[YYNTOKENS];
	const char *names[YYNTOKENS];
	int n = yypcontext_expected_tokens(context, kinds, YYNTOKENS);

	for (int i = 0; i < n; i++)
		names[i] = yysymbol_name(kinds[i]);
	reader_syntax_error(r, names, n);
	return 0;
}

/* Bison's own errors: its stack is full, or there is no memory. */
static void
weft_error(struct span *at, struct reader *r, const char *message)
{
	(void)message;
	diag_error(r->ast->diags, *at, NULL, "this is nested too deep");
}

static struct scope
leave(struct reader *r, struct block *outer)
{
	return (struct scope){r->scope.model, outer, NULL};
}

static struct expr *
binary(struct reader *r, enum expr_kind kind, struct span at, struct expr *a,
       struct expr *b)
{
	return ast_expr(r->ast, kind, at, a, b);
}

static struct key_part *
hole(struct reader *r, enum part_kind kind, struct name *name)
{
	return ast_part(r->ast, kind, name->span, name->text);
}

static void
add_hole(struct key_part **open, struct span at, struct key_part *p)
{
	p->span = at;
	list_add(*open, p);
}

static void
add_text(struct reader *r, struct key_part **open, struct span at,
         const struct token *t)
{
	struct key_part *p = ast_part(r->ast, PART_TEXT, at, t->text);

	list_add(*open, p);
}

static void
add_label(struct reader *r, struct name **open, struct span at, atom text)
{
	struct name *n = ast_label(r->ast, at, text);

	list_add(*open, n);
}
