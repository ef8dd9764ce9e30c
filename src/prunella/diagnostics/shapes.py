"""Messages that name what is missing, as the tools word them. One a line: the kind, words that are in it, the pattern.

All quotes are written ``'``. ``{name}`` and ``{where}`` are quoted names, ``{word}`` and ``{type}`` plain ones,
``{names}`` the rest of the line. The first that matches counts. The words are those of the tools' own message tables:
TypeScript's diagnosticMessages, rustc's error index, gcc's and clang's, javac's, Roslyn's, mypy's and pyright's.
"""

SHAPES = r"""
export | typeof import | Property '{name}' does not exist on type 'typeof import\('{where}'\)'
export | has no exported member | '{where}'+ has no exported member(?: named)? '{name}'
export | has no attribute | [Mm]odule '{where}' has no attribute '{name}'
export | locally, but it is | '{where}'+ declares '{name}' locally
export | has no default export | '{where}'+ has no (?P<name>default) export
export | is not exported by | '{name}' is not exported by '?{where}'?, imported by
export | No matching export in | No matching export in '{where}' for import '{name}'
export | not found in ' | ^'?{name}'? not found in '{where}'
export | was not found in ' | export '{name}' .{0,250}?was not found in '{where}'
export | is not exported from | '{name}' is not exported from '{where}'
export | not provide an export | module '{where}' does not provide an export named '?{name}
export | was not found in module | export {name} was not found in module (?:\[project\]/)?(?P<where>\S{1,300})
export | cannot import name | cannot import name '{name}' from (?:partially initialized module )?'{where}'
own | unknown import symbol | '{name}' is unknown import symbol
rust-import | unresolved import | unresolved import '(?:(?P<where>[\w:]{1,300})::)?{word}'
rust-import | in module ' | cannot find (?:\w+ ){1,3}'{name}' in module '{where}'
rust-import | in crate ' | cannot find (?:\w+ ){1,3}'{name}' in (?:the )?crate '{where}'
export | undefined: | undefined: {type}\.{word}
export | not exist in the namespace | namespace name '{name}' does not exist in the namespace '{where}'
types | Do you need to | Do you need to install type definitions for (?P<name>\w{1,80}|a test runner)
lib | change your target library | change your target library|'lib' compiler option
lib | Cannot find global type | Cannot find global type
types | type definition file for | Cannot find type definition file for '{name}'
jsx | no interface 'JSX | no interface 'JSX\.
module | the module path | requires the module path '{name}' to exist
module | Cannot find module | Cannot find module '{name}'
module | Cannot find package | Cannot find package '{name}'
module | declaration file for module | declaration file for module '{name}'
module | is not a module | File '{name}' is not a module
module | an't resolve ' | Can't resolve '{name}'
module | resolve import ' | [Ff]ailed to resolve import '{name}'
module | ould not resolve ' | Could not resolve '{name}'
module | path to module ' | Unable to resolve path to module '{name}'
module | No module named | No module named '?{name}
module | stub for module named | for module named '{name}'
module | Library stubs not installed | Library stubs not installed for '{name}'
module | could not be resolved | Import '{name}' could not be resolved
module | crate or module ' | (?:undeclared|unresolved) crate or module '{name}'
module | unlinked crate ' | module or unlinked crate '{name}'
module | find crate for ' | can't find crate for '{name}'
own | not found for module | file not found for module '{name}'
module | required module provides | no required module provides package '?(?P<name>[^\s';:]{1,300})
module | is not in | package (?P<name>\S{1,300}) is not in (?:GOROOT|std)
module | cannot find package | cannot find package '{name}'
module | could not import | could not import (?P<name>\S{1,300})
package | package | ^package (?P<name>[\w.]{1,300}) does not exist
header | No such file | ^(?:fatal error: )?(?P<name>[\w./+-]{1,300}\.(?:h|hh|hpp|hxx|inc|ipp))'?: No such file
header | file not found | '{name}' file not found
header | open include file | Cannot open include file: '{name}'
member | does not exist on type | Property '{name}' does not exist on type '{where}'
member | does not exist in type | '{name}' does not exist in type '{where}'
member | object has no attribute | '{where}' object has no attribute '{name}'
member | has no attribute | ^(?:AttributeError: )?(?:type object )?'{where}' has no attribute '{name}'
member | annot access | [Cc]annot access (?:attribute|member) '{name}' for (?:class|type) '{where}'
member | has no key | TypedDict '{where}' has no key '{name}'
member | Extra key | Extra key '{name}' for TypedDict '{where}'
member | no field ' | no field '{name}' on type '{where}'
member | has no field named | '{where}' has no field named '{name}'
member | not have a field named | '{where}' does not have a field named '{name}'
member | named ' | no (?:method|[\w ]{1,30}item) named '{name}' found for [^'\n]{0,40}'{where}'
member | named ' | no (?:variant|[\w, ]{1,60}(?:item|constant)) named '{name}' found for [^'\n]{0,40}'{where}'
member | has no field or method | undefined \(type (?P<where>[^\s)]{1,300}) has no field or method {word}
member | unknown field | unknown field '?{word}'? in struct literal(?: of type {type})?
member | has no member named | '{where}' has no member named '{name}'
member | no member named | no member named '{name}' in '{where}'
member | is not a member of | '{name}':? is not a member of (?:trait )?'{where}'
member | contain a definition for | '{where}' does not contain a definition for '{name}'
java-member | symbol: | symbol:\s{1,20}method {word}.{0,300}\n\s{0,20}location:\s{1,20}variable \w+ of type {type}
java-member | symbol: | symbol:\s{1,20}variable {word}\s{0,20}location:\s{1,20}variable \w{1,200} of type {type}
java-member | symbol: | symbol:\s{1,20}method {word}.{0,300}\n\s{0,20}location:\s{1,20}(?:class|interface) {type}
type | symbol: | symbol:\s{1,20}class {word}
own | symbol: | symbol:\s{1,20}variable {word}
required | is missing in type | Property '{name}' is missing in type '[^\n]{1,600}?' but required in type '{where}'
required | the following properties | missing the following properties from type '{where}': {names}
required | abstract member | inherited abstract member '?{name}'? from class '{where}'
override | in base type | Property '{name}' in type '.{1,300}?' is not assignable to .{9,40} in base type '{where}'
required | Missing key | Missing key '{name}' for TypedDict '{where}'
required | missing field | missing (?:structure )?fields? {names} in initializer of '{where}'
variant | not covered | non-exhaustive patterns: {names} not covered
required | does not implement | does not implement {type} \((?:missing|wrong type for)(?: method)? {word}
required | trait items implemented | not all trait items implemented, missing: {names}
required | abstract method | does not override abstract method {word}\(.{0,300} in {type}
required | does not implement in | does not implement (?:interface|inherited abstract) member '{where}'
override | incompatible with supertype | Signature of '{name}' incompatible with supertype '{where}'
required | with abstract attribute | abstract class '{where}' with abstract attribute '{name}'
call | of arguments for | wrong number of arguments for {word}
call | in call to | (?:not enough|too many) arguments in call to {type}
call | in call to | Missing (?:positional|named) arguments? {names} in call to '{where}'
call | Missing named argument | Missing named argument '{name}' for '{where}'
call | xpected keyword argument | Unexpected keyword argument '{name}' for '{where}'
call | xpected keyword argument | {type}\(\) got an unexpected keyword argument '{name}'
call | required positional arg | {type}\(\) missing [0-9]+ required positional arguments?: {names}
call | arguments to function | too (?:few|many) arguments to function '{where}'
call | missing a required arg | missing a required argument: '{name}'
call | applied to given | (?:constructor|method) {word} in \w{4,9} {type} cannot be applied
call | to the required | required (?:formal )?parameter '{name}' of '{where}'
symbol | undefined reference to | undefined reference to '(?P<name>[^\n]{1,300}?)'(?:$|\n)
symbol | undefined symbol | undefined symbol: {names}
symbol | referenced from | '(?P<name>_[^'\n]{1,300})', referenced from
symbol | external symbol | unresolved external symbol (?P<name>[^\n]{1,200}?)(?: referenced in|$)
multiple | multiple definition of | multiple definition of '(?P<name>[^'\n]{1,300})'
own | Cannot find name | Cannot find name(?:space)? '{name}'
own | is not defined | (?:[Nn]ame )?'?{word}'? is not defined
own | Undefined name | Undefined name '{name}'
own | in this scope | cannot find (?:[\w,]+ ){1,6}'{name}' in this scope
own | undeclared type | use of undeclared type '{name}'
package-own | undefined: | undefined: {word}
type | unknown type name | unknown type name '{name}'
type | does not name a type | '{name}' does not name a type
own | undeclared | '{name}' undeclared|use of undeclared identifier '(?P<name2>[^'\s]{1,200})'
own | was not declared in | '{name}' was not declared in this scope
own | declar | (?:implicit declaration of|call to undeclared(?: library)?) function '{name}'
type | could not be found | type or namespace name '{name}' could not be found
own | in the current context | name '{name}' does not exist in the current context
fixture | fixture ' | fixture '{name}' not found
"""
PLACES = {
    "{name}": r"(?P<name>[^'\s,;()]{1,200})",
    "{where}": r"(?P<where>[^'\n]{1,300})",
    "{word}": r"(?P<name>[\w$]{1,200})",
    "{type}": r"(?P<where>[\w./$<>]{1,300})",
    "{names}": r"(?P<name>[^\n]{1,300})",
}
"""What the marks in a pattern stand for."""
