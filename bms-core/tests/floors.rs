//! The layering of the source: a module imports only modules of lower floors, and no files import each other in a circle.
//!
//! Read as text: `use` trees and inline paths. A re-export (`pub use`) is followed to the file that defines the item; by
//! itself it is no import, unless the file uses the name too.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The modules of the crate from the top floor down; modules of one floor do not import each other. ARCHITECTURE.md
/// repeats this table.
const FLOORS: [&[&str]; 11] = [
    &["charging"],
    &["bms"],
    &["control", "snapshot"],
    &["protection"],
    &["plausibility"],
    &["config"],
    &["estimation"],
    &["cell", "measurement"],
    &["schema"],
    &["field", "math", "units"],
    &["fast_path", "fault"],
];

type ModulePath = Vec<String>;

/// One source file: the module that it is, its code without comments and literals, its imports.
#[derive(Debug)]
struct Source {
    name: String,
    code: String,
    uses: Vec<Import>,
}

#[derive(Debug)]
struct Import {
    path: ModulePath,
    alias: String,
    is_public: bool,
}

/// Imports that close a circle of files and are still to be removed.
const CLOSING: [(&str, &str); 8] = [
    ("charging/forecast/simulation.rs", "charging/forecast.rs"),
    ("charging/gbt/link/contents.rs", "charging/gbt/link.rs"),
    ("charging/gbt/link/optional.rs", "charging/gbt/link.rs"),
    ("charging/limit_selector.rs", "charging/request.rs"),
    ("charging/session/ending.rs", "charging/session/outputs.rs"),
    ("charging/session/tick.rs", "charging/session.rs"),
    ("estimation/cell/saved.rs", "estimation/cell.rs"),
    ("estimation/pack/mean.rs", "estimation/pack.rs"),
];

#[test]
fn no_module_imports_from_a_higher_floor() {
    let floor = |file: &str| {
        let module = file
            .split('/')
            .next()
            .unwrap()
            .trim_end_matches(".rs")
            .to_owned();
        let floor = FLOORS
            .iter()
            .position(|floor| floor.contains(&module.as_str()));
        (
            floor.unwrap_or_else(|| panic!("{module} is on no floor")),
            module,
        )
    };
    let upward = arrows().into_iter().filter(|(from, to)| {
        let ((from_floor, from), (to_floor, to)) = (floor(from), floor(to));
        from != to && to_floor <= from_floor
    });
    assert_eq!(listed(upward), "");
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let mut arrows = arrows();
    for exception in owned(&CLOSING) {
        assert!(
            arrows.remove(&exception),
            "{exception:?} is no import any more"
        );
    }
    let mut reached = arrows.clone();
    loop {
        let further: Vec<_> = reached
            .iter()
            .flat_map(|(a, b)| {
                arrows
                    .iter()
                    .filter(move |(from, _)| from == b)
                    .map(move |(_, c)| (a.clone(), c.clone()))
            })
            .filter(|pair| !reached.contains(pair))
            .collect();
        if further.is_empty() {
            break;
        }
        reached.extend(further);
    }
    let circles = arrows
        .into_iter()
        .filter(|(a, b)| reached.contains(&(b.clone(), a.clone())));
    assert_eq!(listed(circles), "");
}

#[test]
fn the_description_of_the_architecture_has_the_same_floors() {
    let text = include_str!("../../ARCHITECTURE.md");
    let floors: Vec<String> = FLOORS.iter().map(|modules| modules.join("  ")).collect();
    assert!(
        text.contains(&format!("\n```\n{}\n```\n", floors.join("\n"))),
        "{}",
        floors.join("\n")
    );
}

fn owned(arrows: &[(&str, &str)]) -> impl Iterator<Item = (String, String)> {
    arrows
        .iter()
        .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
}

fn listed(arrows: impl Iterator<Item = (String, String)>) -> String {
    arrows
        .map(|(from, to)| format!("{from} -> {to}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Every file that another imports something from: (importer, file that defines the item).
fn arrows() -> BTreeSet<(String, String)> {
    let sources = sources();
    let mut arrows = BTreeSet::new();
    for (module, source) in &sources {
        let mut add = |path: &[String]| {
            if let Some(to) = resolve(&sources, path)
                && sources[&to].name != source.name
                && !to.is_empty()
            {
                arrows.insert((source.name.clone(), sources[&to].name.clone()));
            }
        };
        for import in &source.uses {
            if !import.is_public || uses_name(&source.code, &import.alias) {
                add(&import.path);
            }
        }
        for path in inline_paths(&source.code) {
            if let Some(path) = absolute(&sources, module, &path) {
                add(&path);
            }
        }
    }
    arrows.retain(|(from, _)| from != "lib.rs");
    arrows
}

/// The module of the file that defines the item of an absolute path.
fn resolve(sources: &BTreeMap<ModulePath, Source>, path: &[String]) -> Option<ModulePath> {
    let length = (0..=path.len())
        .rev()
        .find(|length| sources.contains_key(&path[..*length]))?;
    let module = path[..length].to_vec();
    let Some(item) = path.get(length) else {
        return Some(module);
    };
    let exported = sources[&module]
        .uses
        .iter()
        .find(|import| import.is_public && import.alias == *item);
    match exported {
        Some(import) if import.path != path => resolve(sources, &import.path),
        _ => Some(module),
    }
}

/// The path from the root of the crate; none where it leads elsewhere.
fn absolute(
    sources: &BTreeMap<ModulePath, Source>,
    module: &[String],
    path: &[String],
) -> Option<ModulePath> {
    let (first, rest) = path.split_first()?;
    let start = match first.as_str() {
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => {
            let parent = &module[..module.len().checked_sub(1)?];
            let mut rest = rest.to_vec();
            if rest.first().is_some_and(|next| next == "super") {
                return absolute(sources, parent, &rest);
            }
            let mut path = parent.to_vec();
            path.append(&mut rest);
            return Some(path);
        }
        name => {
            let child = [module, &[name.to_owned()]].concat();
            if sources.contains_key(&child) {
                child
            } else {
                let uses = &sources[module].uses;
                uses.iter()
                    .find(|import| import.alias == *name)?
                    .path
                    .clone()
            }
        }
    };
    Some([start, rest.to_vec()].concat())
}

fn sources() -> BTreeMap<ModulePath, Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    let mut sources = BTreeMap::new();
    for file in files {
        let name = file
            .strip_prefix(&root)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let mut module: ModulePath = name
            .trim_end_matches(".rs")
            .split('/')
            .map(str::to_owned)
            .collect();
        match module.last().unwrap().as_str() {
            "tests" => continue,
            "lib" | "mod" => _ = module.pop(),
            _ => {}
        }
        let code = code_of(&fs::read_to_string(&file).unwrap());
        sources.insert(
            module,
            Source {
                name,
                code,
                uses: Vec::new(),
            },
        );
    }
    let modules: Vec<ModulePath> = sources.keys().cloned().collect();
    for module in modules {
        let (code, found) = take_uses(&sources[&module].code);
        // Paths of the form `child::Item` need the list of modules, and imports of this file none of its others.
        let uses = found
            .into_iter()
            .filter_map(|import| {
                let path = absolute(&sources, &module, &import.path)?;
                Some(Import { path, ..import })
            })
            .collect();
        let source = sources.get_mut(&module).unwrap();
        source.uses = uses;
        source.code = code;
    }
    sources
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Without comments, without the contents of strings, without test modules.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        if line == "mod tests {" {
            break;
        }
        let line = line.split("//").next().unwrap();
        for (index, part) in line.split('"').enumerate() {
            if index % 2 == 0 {
                code.push_str(part);
            }
        }
        code.push('\n');
    }
    code
}

const VISIBILITIES: [&str; 4] = ["", "pub ", "pub(crate) ", "pub(super) "];

/// The code without its `use` declarations, and these.
fn take_uses(code: &str) -> (String, Vec<Import>) {
    let (mut rest, mut imports) = (String::new(), Vec::new());
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        let Some(tree) = VISIBILITIES
            .iter()
            .find_map(|start| line.strip_prefix(start)?.strip_prefix("use "))
        else {
            if !line.starts_with("mod ") {
                rest.push_str(line);
                rest.push('\n');
            }
            continue;
        };
        let mut tree = tree.to_owned();
        while !tree.contains(';') {
            tree.push_str(lines.next().unwrap().trim());
        }
        let tree = tree
            .trim_end_matches(|letter| letter != ';')
            .trim_end_matches(';')
            .to_owned();
        let mut found = Vec::new();
        leaves(&tree, &[], &mut found);
        imports.extend(found.into_iter().map(|(path, alias)| Import {
            path,
            alias,
            is_public: line.starts_with("pub"),
        }));
    }
    (rest, imports)
}

/// Every path of a use tree, with the name that it has in the file.
fn leaves(tree: &str, before: &[String], found: &mut Vec<(ModulePath, String)>) {
    let tree = tree.trim();
    if let Some((path, group)) = tree.split_once('{') {
        let mut before = before.to_vec();
        before.extend(
            path.split("::")
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned),
        );
        let group = group.strip_suffix('}').unwrap();
        let (mut depth, mut start) = (0, 0);
        for (index, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    leaves(&group[start..index], &before, found);
                    start = index + 1;
                }
                _ => {}
            }
        }
        leaves(&group[start..], &before, found);
    } else if !tree.is_empty() {
        let (path, alias) = tree.split_once(" as ").unwrap_or((tree, ""));
        let mut whole = before.to_vec();
        whole.extend(path.split("::").map(|part| part.trim().to_owned()));
        if whole.len() > 1 && whole.last().is_some_and(|last| last == "self") {
            whole.pop();
        }
        let alias = if alias.is_empty() {
            whole.last().unwrap()
        } else {
            alias
        };
        found.push((whole.clone(), alias.to_owned()));
    }
}

/// Every path with at least two parts.
fn inline_paths(code: &str) -> Vec<ModulePath> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    code.split(|letter| !is_part(letter))
        .filter(|word| word.contains("::"))
        .map(|word| {
            word.split("::")
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect()
        })
        .collect()
}

fn uses_name(code: &str, name: &str) -> bool {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .any(|word| word == name)
}
