//! The schema: the structs, enumerations and constants of bms-core with their documentation, read from its sources.

use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Fields, ImplItem, Item, Lit, Meta, Visibility};

/// What a crate defines publicly, in the order of its files' names and of the lines within a file.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Structs.
    pub structs: Vec<Struct>,
    /// Enumerations.
    pub enums: Vec<Enum>,
    /// Constants of modules and associated constants of types.
    pub constants: Vec<Constant>,
}

/// A struct with named fields.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Module that defines it, such as `config::limits`; empty for the root of the crate.
    pub module: String,
    /// Name.
    pub name: String,
    /// Generic parameters as written, such as `<'a>`; empty without any.
    pub generics: String,
    /// Lines of documentation.
    pub doc: Vec<String>,
    /// Fields.
    pub fields: Vec<Field>,
}

/// A field of a struct.
#[derive(Clone, Debug)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Type without blanks, such as `Levels<ElectricPotential>` or `&'a[f32]`.
    pub ty: String,
    /// Lines of documentation.
    pub doc: Vec<String>,
    /// Other attributes without blanks, such as `serde(default)`.
    pub attributes: Vec<String>,
}

/// An enumeration.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Module that defines it.
    pub module: String,
    /// Name.
    pub name: String,
    /// Lines of documentation.
    pub doc: Vec<String>,
    /// Whether other crates have to expect further variants.
    pub non_exhaustive: bool,
    /// Variants.
    pub variants: Vec<Variant>,
}

/// A variant of an enumeration.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Name.
    pub name: String,
    /// Lines of documentation.
    pub doc: Vec<String>,
    /// Explicit discriminant.
    pub discriminant: Option<i64>,
    /// What it carries.
    pub payload: Payload,
}

/// What a variant carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// Nothing.
    None,
    /// Values of these types, as in [`Field::ty`].
    Tuple(Vec<String>),
    /// Named fields.
    Named,
}

/// A constant.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Module that defines it.
    pub module: String,
    /// Name; for an associated constant with its type, such as `SessionConfig::CCS`.
    pub name: String,
    /// Type, as in [`Field::ty`].
    pub ty: String,
    /// Lines of documentation.
    pub doc: Vec<String>,
}

impl Source {
    /// Reads a crate.
    ///
    /// # Errors
    /// A file that cannot be read or parsed.
    pub fn read(src: &Path) -> Result<Self, String> {
        let mut source = Self::default();
        source.add_folder(src, "")?;
        Ok(source)
    }

    fn add_folder(&mut self, folder: &Path, module: &str) -> Result<(), String> {
        let failed = |error| format!("{}: {error}", folder.display());
        let entries: Result<Vec<_>, _> = fs::read_dir(folder).map_err(failed)?.collect();
        let mut paths: Vec<_> = entries
            .map_err(failed)?
            .iter()
            .map(fs::DirEntry::path)
            .collect();
        paths.sort();
        for path in paths {
            let stem = path.file_stem().unwrap_or_default().to_string_lossy();
            if path.is_dir() {
                self.add_folder(&path, &join(module, &stem))?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).map_err(failed)?;
                let module = match &*stem {
                    "lib" | "mod" => module.to_owned(),
                    stem => join(module, stem),
                };
                self.add_text(&text, &module)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Adds the definitions of one file.
    ///
    /// # Errors
    /// Where the text is not Rust.
    pub fn add_text(&mut self, text: &str, module: &str) -> Result<(), String> {
        let file = syn::parse_file(text).map_err(|error| error.to_string())?;
        for item in &file.items {
            self.add(item, module)?;
        }
        Ok(())
    }

    fn add(&mut self, item: &Item, module: &str) -> Result<(), String> {
        match item {
            Item::Struct(item) if is_public(&item.vis) => self.structs.push(Struct {
                module: module.to_owned(),
                name: item.ident.to_string(),
                generics: tokens(&item.generics),
                doc: doc(&item.attrs),
                fields: named_fields(&item.fields),
            }),
            Item::Enum(item) if is_public(&item.vis) => self.enums.push(Enum {
                module: module.to_owned(),
                name: item.ident.to_string(),
                doc: doc(&item.attrs),
                non_exhaustive: attributes(&item.attrs).contains(&"non_exhaustive".to_owned()),
                variants: item
                    .variants
                    .iter()
                    .map(variant)
                    .collect::<Result<_, _>>()?,
            }),
            Item::Const(item) if is_public(&item.vis) => self.constants.push(Constant {
                module: module.to_owned(),
                name: item.ident.to_string(),
                ty: tokens(&item.ty),
                doc: doc(&item.attrs),
            }),
            Item::Impl(block) if block.trait_.is_none() => {
                let owner = tokens(&block.self_ty);
                let owner = owner.split('<').next().unwrap_or_default();
                for item in &block.items {
                    if let ImplItem::Const(item) = item
                        && is_public(&item.vis)
                    {
                        self.constants.push(Constant {
                            module: module.to_owned(),
                            name: join(owner, &item.ident.to_string()),
                            ty: tokens(&item.ty).replace("Self", owner),
                            doc: doc(&item.attrs),
                        });
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The enumeration with a public path such as `control::Mode`.
    ///
    /// # Errors
    /// Where there is none.
    pub fn enumeration(&self, path: &str) -> Result<&Enum, String> {
        find(&self.enums, path, |found| (&found.module, &found.name))
    }

    /// The enumeration that a module names: of several with its name the nearest.
    #[must_use]
    pub fn enumeration_in(&self, name: &str, module: &str) -> Option<&Enum> {
        nearest(
            self.enums.iter().filter(|found| found.name == name),
            module,
            |found| &found.module,
        )
    }

    /// The struct that a module names: of several with its name the nearest.
    #[must_use]
    pub fn structure_in(&self, name: &str, module: &str) -> Option<&Struct> {
        nearest(
            self.structs.iter().filter(|found| found.name == name),
            module,
            |found| &found.module,
        )
    }

    /// The struct with a public path such as `config::Limits`.
    ///
    /// # Errors
    /// Where there is none.
    pub fn structure(&self, path: &str) -> Result<&Struct, String> {
        find(&self.structs, path, |found| (&found.module, &found.name))
    }

    /// The constant with a public path such as `config::presets::NMC_96S` or `charging::SessionConfig::CCS`.
    ///
    /// # Errors
    /// Where there is none.
    pub fn constant(&self, path: &str) -> Result<&Constant, String> {
        find(&self.constants, path, |found| (&found.module, &found.name))
    }
}

/// The definition with a public path: defined in the module that the path names or, as it may be re-exported, in one
/// within it; of several the outermost, and in any where there is no other of that name.
fn find<'s, T>(
    all: &'s [T],
    path: &str,
    place: impl Fn(&'s T) -> (&'s String, &'s String) + Copy,
) -> Result<&'s T, String> {
    all.iter()
        .filter(|item| {
            let (module, name) = place(item);
            path.strip_suffix(name.as_str()).is_some_and(|rest| {
                let outer = rest.strip_suffix("::").unwrap_or(rest);
                let is_end = rest.is_empty() || rest.ends_with("::");
                let inner = module.strip_prefix(outer);
                is_end
                    && inner.is_some_and(|inner| {
                        outer.is_empty() || inner.is_empty() || inner.starts_with("::")
                    })
            })
        })
        .min_by_key(|item| place(item).0.len())
        .or_else(|| only_one(all, path, place))
        .ok_or_else(|| format!("bms-core has no public {path}"))
}

/// The definition of that name where there is only one: a module may re-export what another one defines.
fn only_one<'s, T>(
    all: &'s [T],
    path: &str,
    place: impl Fn(&'s T) -> (&'s String, &'s String),
) -> Option<&'s T> {
    let (module, name) = path.rsplit_once("::")?;
    all.iter().find(|item| {
        let inner = place(item).0.strip_prefix(module);
        inner.is_some_and(|inner| inner.is_empty() || inner.starts_with("::"))
    })?;
    let mut found = all.iter().filter(|item| place(item).1 == name);
    found.next().filter(|_| found.next().is_none())
}

/// The one whose module has most in common with another.
fn nearest<'s, T>(
    all: impl Iterator<Item = &'s T>,
    module: &str,
    module_of: impl Fn(&'s T) -> &'s String,
) -> Option<&'s T> {
    let common = |item: &&'s T| {
        let pairs = module_of(item).split("::").zip(module.split("::"));
        pairs.take_while(|(one, other)| one == other).count()
    };
    all.max_by_key(common)
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() {
        name.to_owned()
    } else {
        format!("{module}::{name}")
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// Source text without blanks, but for those between two words.
fn tokens(item: &impl ToTokens) -> String {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut text = String::new();
    for part in item.to_token_stream().to_string().split(' ') {
        if text.ends_with(is_word) && part.starts_with(is_word) {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

fn named_fields(fields: &Fields) -> Vec<Field> {
    fields
        .iter()
        .filter(|field| is_public(&field.vis))
        .filter_map(|field| {
            Some(Field {
                name: field.ident.as_ref()?.to_string(),
                ty: tokens(&field.ty),
                doc: doc(&field.attrs),
                attributes: attributes(&field.attrs),
            })
        })
        .collect()
}

fn variant(variant: &syn::Variant) -> Result<Variant, String> {
    let discriminant = match &variant.discriminant {
        None => None,
        Some((
            _,
            Expr::Lit(ExprLit {
                lit: Lit::Int(number),
                ..
            }),
        )) => Some(number.base10_parse().map_err(|error| error.to_string())?),
        Some(_) => {
            return Err(format!(
                "the discriminant of {} is not a literal",
                variant.ident
            ));
        }
    };
    Ok(Variant {
        name: variant.ident.to_string(),
        doc: doc(&variant.attrs),
        discriminant,
        payload: match &variant.fields {
            Fields::Unit => Payload::None,
            Fields::Named(_) => Payload::Named,
            Fields::Unnamed(fields) => Payload::Tuple(
                fields
                    .unnamed
                    .iter()
                    .map(|field| tokens(&field.ty))
                    .collect(),
            ),
        },
    })
}

fn doc(attributes: &[Attribute]) -> Vec<String> {
    let mut lines = Vec::new();
    for attribute in attributes {
        if let Meta::NameValue(pair) = &attribute.meta
            && pair.path.is_ident("doc")
            && let Expr::Lit(ExprLit {
                lit: Lit::Str(text),
                ..
            }) = &pair.value
        {
            let line = text.value();
            lines.push(line.strip_prefix(' ').unwrap_or(&line).to_owned());
        }
    }
    lines
}

/// All attributes but the documentation.
fn attributes(attributes: &[Attribute]) -> Vec<String> {
    attributes
        .iter()
        .filter(|attribute| !attribute.path().is_ident("doc"))
        .map(|attribute| tokens(&attribute.meta))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r"
        /// Limits.
        ///
        /// Of a cell.
        pub struct Limits<'a> {
            /// Highest.
            #[serde(default)]
            pub high: Levels<ElectricPotential>,
            /// Table.
            pub table: &'a [f32],
            hidden: u8,
        }
        impl Limits<'static> {
            /// To start from.
            pub const DEFAULT: Self = make();
        }
        /// Why.
        #[non_exhaustive]
        pub enum Reason {
            /// None.
            None = 3,
            /// A fault.
            Fault(FaultId, u8),
            /// Two.
            Pair { one: u8 },
        }
        enum Private { A }
    ";

    fn source() -> Source {
        let mut source = Source::default();
        source.add_text(TEXT, "config::limits").unwrap();
        source
    }

    #[test]
    fn structs_have_their_public_fields_with_types_and_documentation() {
        let source = source();
        let found = source.structure("config::Limits").unwrap();
        assert_eq!(found.doc, ["Limits.", "", "Of a cell."]);
        assert_eq!(found.generics, "<'a>");
        let types: Vec<_> = found.fields.iter().map(|field| &*field.ty).collect();
        assert_eq!(types, ["Levels<ElectricPotential>", "&'a[f32]"]);
        assert_eq!(found.fields[0].attributes, ["serde(default)"]);
        assert_eq!(found.fields[1].doc, ["Table."]);
    }

    #[test]
    fn enumerations_have_numbers_and_payloads() {
        let source = source();
        let found = source.enumeration("config::limits::Reason").unwrap();
        assert!(found.non_exhaustive);
        assert_eq!(found.variants[0].discriminant, Some(3));
        let payload = ["FaultId", "u8"].map(str::to_owned).to_vec();
        assert_eq!(found.variants[1].payload, Payload::Tuple(payload));
        assert_eq!(found.variants[2].payload, Payload::Named);
        assert_eq!(source.enums.len(), 1, "a private one was added");
    }

    #[test]
    fn constants_of_types_have_the_type_in_their_name() {
        let source = source();
        let found = source.constant("config::Limits::DEFAULT").unwrap();
        assert_eq!(
            (&*found.ty, &*found.doc),
            ("Limits", &["To start from.".to_owned()][..])
        );
    }

    #[test]
    fn a_path_names_its_module_or_one_outside_of_it() {
        let source = source();
        source.structure("Limits").unwrap();
        source.structure("con::Limits").unwrap_err();
        source.structure("config::its").unwrap_err();
        source.structure("other::Limits").unwrap_err();
    }
}
