#!/usr/bin/python3
"""Where a source may come from: a Hugging Face cache, links, odd names of
shards, with an index or without; and what is refused."""

import hashlib
import json
import os
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'lib'))
import harness
import qwen3
import st
from harness import case, check, convert, expect, read, run, same, unchanged

SPLIT = qwen3.numbered(qwen3.split_shapes())
FUSED = qwen3.to_fused(SPLIT)


def holds(dst, tensors=FUSED):
    wrong = qwen3.different(st.read(dst), tensors)
    check(not wrong, f'{dst}: {wrong}')


def accepted(d, src, *options):
    dst = f'{d}/dst{len(os.listdir(d))}'
    with unchanged(os.path.dirname(src)):
        done = expect(run('convert', src, dst, '--to', 'fused', *options), 0)
    holds(dst)
    expect(run('verify', src, dst, *options), 0)
    return done


def refused(d, src, *words, codes=(65,), options=()):
    with unchanged(os.path.dirname(src)):
        done = run('convert', src, f'{d}/refused', '--to', 'fused', *options,
                   timeout=5)
    check(done.code in codes, f'{done}; expected {codes}')
    for word in words:
        check(word in done.err, f'{done}; expected {word!r} in it')
    harness.absent(f'{d}/refused')
    return done


def cached(d, tensors=SPLIT, shards=3):
    """models--x--y/snapshots/REVISION, all links to blobs."""
    snapshot = f'{d}/hub/models--x--y/snapshots/0123456789abcdef'
    blobs = f'{d}/hub/models--x--y/blobs'
    os.makedirs(blobs)
    qwen3.write(snapshot, tensors, shards=shards)
    harness.write(f'{snapshot}/tokenizer.json', '{}')
    for name in os.listdir(snapshot):
        digest = hashlib.sha256(read(snapshot, name)).hexdigest()
        os.rename(f'{snapshot}/{name}', f'{blobs}/{digest}')
        os.symlink(f'../../blobs/{digest}', f'{snapshot}/{name}')
    return snapshot


@case
def a_hugging_face_cache(d):
    for shards in (0, 3):
        os.mkdir(f'{d}/{shards}')
        snapshot = cached(f'{d}/{shards}', shards=shards)
        accepted(d, snapshot)
        accepted(d, snapshot + '/')
    dst = f'{d}/dst-side'
    expect(run('convert', snapshot, dst, '--to', 'fused'), 0)
    check(not any(os.path.islink(f'{dst}/{n}') for n in os.listdir(dst)),
          'the target has links')
    same(read(dst, 'tokenizer.json'), b'{}', 'the side file')


@case
def a_cache_whose_blob_is_gone(d):
    snapshot = cached(d)
    name = 'model-00002-of-00003.safetensors'
    os.remove(os.path.realpath(f'{snapshot}/{name}'))
    refused(d, snapshot, name, codes=(65, 66))


@case
def links_that_lead_out(d):
    src = qwen3.write(f'{d}/a/src', SPLIT)
    os.rename(f'{src}/model.safetensors', f'{d}/elsewhere')
    name = f'{src}/model.safetensors'
    for target in (f'{d}/elsewhere', '../../elsewhere', '../blobs/../x',
                   '../../blobs/not-hex', '/proc/self/exe', '/dev/zero'):
        os.symlink(target, name)
        refused(d, src, 'model.safetensors', codes=(65, 66))
        os.remove(name)
    os.symlink(f'{d}/elsewhere', name)
    refused(d, src, '--follow-symlinks')
    accepted(d, src, '--follow-symlinks')
    os.remove(name)
    os.symlink('loop', f'{src}/loop')
    os.symlink('loop', name)
    refused(d, src, 'model.safetensors', codes=(65, 66))


@case
def links_inside_the_source(d):
    src = qwen3.write(f'{d}/a/src', SPLIT, shards=2)
    os.mkdir(f'{src}/sub')
    for name in sorted(os.listdir(src)):
        if name.endswith('.safetensors'):
            os.rename(f'{src}/{name}', f'{src}/sub/{name[6:11]}.bin')
            os.symlink(f'sub/{name[6:11]}.bin', f'{src}/{name}')
    accepted(d, src)
    os.symlink('a/src', f'{d}/link')
    dst = f'{d}/by-link'
    expect(run('convert', f'{d}/link', dst, '--to', 'fused'), 0)
    holds(dst)


@case
def hard_links_are_files(d):
    src = qwen3.write(f'{d}/a/src', SPLIT)
    os.link(f'{src}/model.safetensors', f'{d}/other')
    accepted(d, src)


@case
def shards_that_are_no_files(d):
    src = qwen3.write(f'{d}/a/src', SPLIT, shards=2)
    name = f'{src}/model-00002-of-00002.safetensors'
    os.remove(name)
    os.mkfifo(name)
    refused(d, src, 'not a regular file', os.path.basename(name))
    os.remove(name)
    os.mkdir(name)
    refused(d, src, 'not a regular file', os.path.basename(name))
    os.rmdir(name)
    here = os.getcwd()
    os.chdir(src)
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(os.path.basename(name))
        os.chdir(here)
        refused(d, src, os.path.basename(name), codes=(65, 66))
    os.remove(name)
    refused(d, src, os.path.basename(name), 'missing', codes=(66,))


@case
def odd_names_of_shards(d):
    for number, pattern in enumerate((
            'model.safetensors-{:05d}-of-{:05d}.safetensors', 'é {} {}.safetensors',
            '{}{}.safetensors', "-{}'{}\".safetensors", '.{}.{}.safetensors',
            '%s{}%n{}.safetensors', 'a' * 230 + '{}-{}.safetensors')):
        src = qwen3.write(f'{d}/a/{number}', SPLIT, shards=3, pattern=pattern)
        accepted(d, src)


@case
def shards_without_an_index(d):
    src = qwen3.write(f'{d}/a/src', SPLIT, shards=4, index=False)
    accepted(d, src)
    os.remove(f'{src}/model-00002-of-00004.safetensors')
    refused(d, src, '3 files', '00004', 'missing', codes=(66,))


@case
def shards_in_directories(d):
    src = qwen3.write(f'{d}/a/src', SPLIT, shards=2)
    os.mkdir(f'{src}/part')
    index = json.loads(read(src, st.INDEX))
    for file in set(index['weight_map'].values()):
        os.rename(f'{src}/{file}', f'{src}/part/{file}')
    index['weight_map'] = {n: f'part/{f}'
                           for n, f in index['weight_map'].items()}
    harness.write(f'{src}/{st.INDEX}', json.dumps(index))
    accepted(d, src)


@case
def directories_beside_the_shards(d):
    """Other checkpoints in them are none of ours; the plan lists them."""
    src = qwen3.write(f'{d}/a/src', SPLIT, shards=2)
    qwen3.write(f'{src}/original', {'tok.weight': ('U8', (3,), b'abc')})
    qwen3.write(f'{src}/rank0', FUSED)
    accepted(d, src)
    done = run('plan', src, '--to', 'fused')
    for name in ('original', 'rank0'):
        check(f'{name}: not copied, a directory' in done.out, done)


def with_index(d, change):
    src = qwen3.write(f'{d}/a/src', SPLIT, shards=3)
    index = json.loads(read(src, st.INDEX))
    change(index)
    harness.write(f'{src}/{st.INDEX}', json.dumps(index))
    return src


@case
def a_total_size_that_is_wrong(d):
    for value in (0, 1, 2**63 - 1):
        src = with_index(d, lambda i: i['metadata'].update(total_size=value))
        done = accepted(d, src)
        check('warning' in done.err and 'total_size' in done.err, done)
    for value in (-1, 2**70, '5'):
        src = with_index(d, lambda i: i['metadata'].update(total_size=value))
        refused(d, src, 'total_size')
    for change in (lambda i: i.pop('metadata'),
                   lambda i: i['metadata'].pop('total_size')):
        done = accepted(d, with_index(d, change))
        check('warning' not in done.err, done)


@case
def an_index_that_lies(d):
    name, first = 'model.norm.weight', 'model-00001-of-00003.safetensors'
    same(list(SPLIT).index(name) % 3, 1, 'the shard it is in')

    def to(file):
        return lambda i: i['weight_map'].update({name: file})

    refused(d, with_index(d, to(first)), name, first,
            'model-00002-of-00003.safetensors')
    refused(d, with_index(d, to('none.safetensors')), 'none.safetensors',
            codes=(66,))
    refused(d, with_index(d, lambda i: i['weight_map'].pop(name)), name)
    refused(d, with_index(d, lambda i: i['weight_map'].update(new=first)),
            'new', first)
    for file in ('../x.safetensors', '/etc/passwd', 'a/../../x', '.', '',
                 './' + first, 'a//b', '..\\x', 'C:x', 'x\0y', st.INDEX):
        refused(d, with_index(d, to(file)), 'index', codes=(65, 66))
    for wrong in (5, None, [first], {'a': first}):
        refused(d, with_index(d, to(wrong)), name)
    refused(d, with_index(d, lambda i: i.pop('weight_map')), 'weight_map')


@case
def an_index_and_a_whole_file(d):
    src = qwen3.write(f'{d}/a/src', SPLIT, shards=2)
    st.write(f'{src}/model.safetensors', SPLIT)
    refused(d, src, 'model.safetensors', st.INDEX)


@case
def directories_without_a_checkpoint(d):
    os.makedirs(f'{d}/a/empty')
    refused(d, f'{d}/a/empty', 'no checkpoint', codes=(66,))
    harness.write(f'{d}/a/empty/pytorch_model.bin', 'x')
    refused(d, f'{d}/a/empty', 'pickle', codes=(66,))
    refused(d, f'{d}/a/none', 'none', codes=(66,))
    refused(d, '/dev/null', 'null', 'device', codes=(65, 66))
    os.mkfifo(f'{d}/a/fifo')
    refused(d, f'{d}/a/fifo', 'fifo', codes=(65, 66))


@case
def what_people_mistake_for_weights(d):
    src = qwen3.write(f'{d}/a/src', SPLIT)
    for content, word in (
            (b'version https://git-lfs.github.com/spec/v1\noid sha256:00\n',
             'git lfs pull'),
            (b'<!DOCTYPE html><html></html>', 'HTML'),
            (b'\x80\x02}q\0.' + bytes(100), 'pickle'),
            (b'PK\3\4' + bytes(100), 'zip'), (b'\x1f\x8b' + bytes(100), 'gzip'),
            (b'GGUF' + bytes(100), 'GGUF'), (b'', '8'), (bytes(7), '8')):
        harness.write(f'{src}/model.safetensors', content)
        refused(d, src, word, 'model.safetensors')


@case
def a_source_that_is_read_only(d):
    src = qwen3.write(f'{d}/a/src', SPLIT)
    for name in os.listdir(src):
        os.chmod(f'{src}/{name}', 0o444)
    os.chmod(src, 0o555)
    accepted(d, src)


@case
def side_files_that_are_links(d):
    src = qwen3.write(f'{d}/a/src', SPLIT)
    harness.write(f'{src}/real.txt', 'text')
    os.symlink('real.txt', f'{src}/inside.txt')
    os.symlink('nowhere', f'{src}/dangling.txt')
    dst = f'{d}/dst'
    expect(run('convert', src, dst, '--to', 'fused'), 0)
    same(read(dst, 'inside.txt'), b'text', 'the linked file')
    check(not os.path.islink(f'{dst}/inside.txt'), 'a link in the target')
    check(not os.path.lexists(f'{dst}/dangling.txt'), 'a link to nowhere')
    harness.write(f'{d}/secret', 'secret')
    os.symlink(f'{d}/secret', f'{src}/outside.txt')
    refused(d, src, 'outside.txt', '--follow-symlinks')
    os.remove(f'{src}/outside.txt')
    os.mkfifo(f'{src}/pipe')
    accepted(d, src)


harness.main()
