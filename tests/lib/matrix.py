"""Every layout of a table to every other."""

import inspect
import json

import formulas
import harness
from harness import case, check, expect, run


class Column:
    """A layout with a choice of its options; of(hub) is what it holds."""

    def __init__(self, layout, formula, **options):
        self.layout, self.formula, self.options = layout, formula, options
        words = ','.join(f'{n}={self.word(v)}' for n, v in options.items())
        self.choice = layout + (':' + words if words else '')
        self.name = self.choice.replace(':', '-').replace(',', '-')

    @staticmethod
    def word(value):
        return json.dumps(value).strip('"')

    def of(self, hub):
        return self.formula(hub, **self.options)

    def manifest(self, model):
        defaults = {name: p.default for name, p in
                    inspect.signature(self.formula).parameters.items()
                    if p.default is not p.empty}
        return {'weft': 1, 'model': model, 'layout': self.layout,
                'options': defaults | self.options, 'variants': {}}

    def write(self, path, model, hub):
        formulas.write(path, self.of(hub), json.dumps(formulas.config(hub.s)),
                       self.manifest(model))


def there_and_back(d, columns, hub, back):
    """From d/src, which holds `hub`, to each column and to the layout `back`,
    one tensor per expert."""
    for column in columns:
        dst = f'{d}/{column.name}'
        expect(run('convert', f'{d}/src', dst, '--to', column.choice), 0)
        wrong = formulas.different(formulas.read(dst), column.of(hub))
        check(not wrong, f'{column.choice}: {wrong}')
        expect(run('convert', dst, f'{dst}-b', '--to', back), 0)
        wrong = formulas.different(formulas.read(f'{dst}-b'),
                                   formulas.split(hub))
        check(not wrong, f'back from {column.choice}: {wrong}')


def pairs(model, columns, hub):
    """A case for each source, and in it a conversion to each column."""
    contents = {}

    def wanted(column):
        if column.name not in contents:
            contents[column.name] = column.of(hub)
        return contents[column.name]

    def of(source):
        def function(d):
            source.write(f'{d}/src', model, hub)
            for target in columns:
                dst = f'{d}/{target.name}'
                expect(run('convert', f'{d}/src', dst, '--to', target.choice),
                       0)
                wrong = formulas.different(formulas.read(dst), wanted(target))
                check(not wrong, f'to {target.choice}: {wrong}')
                expect(run('verify', f'{d}/src', dst), 0)
        function.__name__ = f'from {source.choice} to all'
        return case(function)

    for column in columns:
        of(column)
