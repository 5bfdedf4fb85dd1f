//! XML of others, read into a tree under hard limits.
//!
//! What a document type declaration could do is refused with it: entities that multiply, files that are fetched. Only UTF-8 is
//! read, elements are known by namespace and not by prefix, and every bound on memory and time is here.

use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::{NsReader, XmlVersion};
use std::collections::HashMap;

/// Most elements and attributes of a document.
pub const MAX_NODES: usize = 60_000;
/// How deep elements may stand in one another.
pub const MAX_DEPTH: usize = 32;
/// Most attributes of an element.
pub const MAX_ATTRIBUTES: usize = 32;
/// Longest name, in bytes.
pub const MAX_NAME: usize = 96;
/// Most namespaces of a document, and longest one in bytes.
pub const MAX_NAMESPACES: usize = 64;
const MAX_NAMESPACE: usize = 256;
/// Most bytes that the paths of all elements and attributes have together.
const MAX_PATHS: usize = 32 << 20;
/// Characters of a wrong text that an error shows.
const SHOWN: usize = 80;

/// Why a text is no XML that may be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not UTF-8, in bytes or by its own declaration.
    #[error("the encoding is {found}, expected UTF-8")]
    Encoding {
        /// What it is.
        found: String,
    },
    /// Not XML 1.0.
    #[error("the version is {found:?}, expected \"1.0\"")]
    Version {
        /// The version it declares.
        found: String,
    },
    /// It declares a document type, which may define entities and name files.
    #[error("byte {at}: a document type declaration is refused")]
    DocumentType {
        /// Where it stands, in bytes.
        at: u64,
    },
    /// An entity other than the five that XML defines.
    #[error("byte {at}: the entity {name:?} is not one that XML defines")]
    Entity {
        /// Where it stands.
        at: u64,
        /// The entity.
        name: String,
    },
    /// A prefix that nothing declares.
    #[error("byte {at}: no namespace is declared for the prefix of {name:?}")]
    Prefix {
        /// Where it stands.
        at: u64,
        /// The name.
        name: String,
    },
    /// Not well-formed.
    #[error("byte {at}: {what}")]
    Syntax {
        /// Where it stands.
        at: u64,
        /// What is wrong.
        what: String,
    },
    /// More of something than a document may hold.
    #[error("byte {at}: more than {limit} {what}")]
    TooMany {
        /// Where it stands.
        at: u64,
        /// What there is too much of.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
}

/// Which element of a [`Document`], in the document's order; 0 is the root.
pub type ElementId = usize;

/// A document, as elements in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    elements: Vec<Element>,
    namespaces: Vec<String>,
    /// How many children of one name an element has.
    alike: HashMap<(Option<ElementId>, String), usize>,
}

/// An element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Attributes in their order, without declarations of namespaces: name as written, and value.
    pub attributes: Vec<(String, String)>,
    /// Its own text, that of its children left out.
    pub text: String,
    /// The element it stands in; none for the root.
    pub parent: Option<ElementId>,
    /// Elements that stand in it.
    pub children: Vec<ElementId>,
    namespace: Option<usize>,
    /// Its number among its parent's children of this name, from 1.
    number: usize,
}

impl Document {
    /// Every element, in the document's order.
    #[must_use]
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// An element.
    ///
    /// # Panics
    /// When the number is of another document.
    #[must_use]
    pub fn element(&self, id: ElementId) -> &Element {
        &self.elements[id]
    }

    /// An element's namespace; empty for none.
    #[must_use]
    pub fn namespace(&self, id: ElementId) -> &str {
        self.elements[id].namespace.map_or("", |at| self.namespaces[at].as_str())
    }

    /// Where an element stands: `/Invoice/InvoiceLine[2]/ID`, numbered where its parent has several of the name.
    #[must_use]
    pub fn path(&self, id: ElementId) -> String {
        let mut steps = Vec::new();
        let mut next = Some(id);
        while let Some(at) = next {
            let element = &self.elements[at];
            let several = self.alike.get(&(element.parent, element.name.clone())).is_some_and(|&count| count > 1);
            let number = if several { format!("[{}]", element.number) } else { String::new() };
            steps.push(format!("/{}{number}", element.name));
            next = element.parent;
        }
        steps.into_iter().rev().collect()
    }
}

/// Reads a document.
///
/// # Errors
/// [`XmlError`].
pub fn parse(bytes: &[u8]) -> Result<Document, XmlError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let encoding = |found: &str| XmlError::Encoding { found: found.to_owned() };
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || bytes.iter().take(4).any(|&byte| byte == 0) {
        return Err(encoding("UTF-16 or UTF-32"));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| encoding("not UTF-8"))?;
    let mut reading = Reading {
        document: Document { elements: Vec::new(), namespaces: Vec::new(), alike: HashMap::new() },
        open: Vec::new(),
        nodes: 0,
        path: 0,
        paths: 0,
    };
    let mut reader = NsReader::from_str(text);
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|error| syntax(at, &error))?;
        match event {
            Event::Start(start) => reading.open(&reader, &start, at)?,
            Event::Empty(start) => {
                reading.open(&reader, &start, at)?;
                reading.close();
            }
            Event::End(_) => reading.close(),
            Event::Text(text) => reading.text(&text.xml10_content(), at)?,
            Event::CData(data) => reading.text(&data.xml10_content(), at)?,
            Event::GeneralRef(reference) => {
                let entity = || XmlError::Entity { at, name: cut(&reference.xml10_content()) };
                let character = reference.resolve_char_ref().map_err(|error| syntax(at, &error))?;
                match character {
                    Some(character) => reading.text(character.encode_utf8(&mut [0; 4]), at)?,
                    None => {
                        let content = reference.xml10_content();
                        let text = quick_xml::escape::resolve_predefined_entity(&content).ok_or_else(entity)?;
                        reading.text(text, at)?;
                    }
                }
            }
            Event::Decl(declaration) => {
                let version = declaration.version().map_err(|error| syntax(at, &error))?;
                if version != "1.0" {
                    return Err(XmlError::Version { found: cut(&version) });
                }
                if let Some(found) = declaration.encoding() {
                    let found = found.map_err(|error| syntax(at, &error))?;
                    if !["utf-8", "us-ascii"].contains(&found.to_ascii_lowercase().as_str()) {
                        return Err(encoding(&cut(&found)));
                    }
                }
            }
            Event::DocType(_) => return Err(XmlError::DocumentType { at }),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if let Some(&open) = reading.open.last() {
        let what = format!("the element {} is not closed", reading.document.elements[open].name);
        return Err(XmlError::Syntax { at: bytes.len() as u64, what });
    }
    if reading.document.elements.is_empty() {
        return Err(XmlError::Syntax { at: bytes.len() as u64, what: "there is no element".to_owned() });
    }
    Ok(reading.document)
}

struct Reading {
    document: Document,
    /// Elements that are not closed yet, outermost first.
    open: Vec<ElementId>,
    nodes: usize,
    /// Bytes of the path to the innermost open element.
    path: usize,
    paths: usize,
}

impl Reading {
    fn open(&mut self, reader: &NsReader<&[u8]>, start: &BytesStart<'_>, at: u64) -> Result<(), XmlError> {
        if self.open.len() == MAX_DEPTH {
            return Err(XmlError::TooMany { at, what: "elements in one another", limit: MAX_DEPTH });
        }
        let parent = self.open.last().copied();
        if parent.is_none() && !self.document.elements.is_empty() {
            return Err(XmlError::Syntax { at, what: "a second element stands beside the root".to_owned() });
        }
        let (resolved, local) = reader.resolver().resolve_element(start.name());
        let name = self.name(local.as_ref(), at)?;
        let namespace = match resolved {
            ResolveResult::Unbound => None,
            ResolveResult::Bound(namespace) => Some(self.namespace(namespace.as_ref(), at)?),
            ResolveResult::Unknown(_) => return Err(XmlError::Prefix { at, name: cut(start.name().as_ref()) }),
        };
        let id = self.document.elements.len();
        let alike = self.document.alike.entry((parent, name.clone())).or_default();
        *alike += 1;
        let number = *alike;
        self.path += name.len() + 1;
        self.count(self.path, at)?;
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|error| syntax(at, &error))?;
            if attributes.len() == MAX_ATTRIBUTES {
                return Err(XmlError::TooMany { at, what: "attributes of an element", limit: MAX_ATTRIBUTES });
            }
            if attribute.key.as_namespace_binding().is_some() {
                continue;
            }
            let written = attribute.key.as_ref();
            if let (ResolveResult::Unknown(_), _) = reader.resolver().resolve_attribute(attribute.key) {
                return Err(XmlError::Prefix { at, name: cut(written) });
            }
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|error| syntax(at, &error))?;
            if attribute.value.contains('<') {
                return Err(XmlError::Syntax { at, what: "< stands in an attribute".to_owned() });
            }
            characters(&value, at)?;
            let written = self.name(written, at)?;
            self.count(self.path + written.len() + 2, at)?;
            attributes.push((written, value.into_owned()));
        }
        if let Some(parent) = parent {
            self.document.elements[parent].children.push(id);
        }
        let children = Vec::new();
        let element = Element { name, attributes, text: String::new(), parent, children, namespace, number };
        self.document.elements.push(element);
        self.open.push(id);
        Ok(())
    }

    fn close(&mut self) {
        if let Some(id) = self.open.pop() {
            self.path = self.path.saturating_sub(self.document.elements[id].name.len() + 1);
        }
    }

    fn text(&mut self, text: &str, at: u64) -> Result<(), XmlError> {
        characters(text, at)?;
        match self.open.last() {
            Some(&id) => self.document.elements[id].text.push_str(text),
            None if text.trim_ascii().is_empty() => {}
            None => return Err(XmlError::Syntax { at, what: "text stands outside the root".to_owned() }),
        }
        Ok(())
    }

    fn name(&self, name: &str, at: u64) -> Result<String, XmlError> {
        if name.len() > MAX_NAME {
            return Err(XmlError::TooMany { at, what: "bytes of a name", limit: MAX_NAME });
        }
        let wrong = |character: char| character.is_whitespace() || "/[]@\"'<>&=".contains(character);
        if name.is_empty() || name.contains(wrong) {
            return Err(XmlError::Syntax { at, what: format!("{name:?} is no name") });
        }
        characters(name, at)?;
        Ok(name.to_owned())
    }

    fn namespace(&mut self, uri: &str, at: u64) -> Result<usize, XmlError> {
        if let Some(known) = self.document.namespaces.iter().position(|known| known == uri) {
            return Ok(known);
        }
        if self.document.namespaces.len() == MAX_NAMESPACES || uri.len() > MAX_NAMESPACE {
            return Err(XmlError::TooMany { at, what: "namespaces, or bytes of one", limit: MAX_NAMESPACES });
        }
        self.document.namespaces.push(uri.to_owned());
        Ok(self.document.namespaces.len() - 1)
    }

    /// Counts an element or attribute whose path has so many bytes.
    fn count(&mut self, path: usize, at: u64) -> Result<(), XmlError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(XmlError::TooMany { at, what: "elements and attributes", limit: MAX_NODES });
        }
        self.paths += path;
        if self.paths > MAX_PATHS {
            return Err(XmlError::TooMany { at, what: "bytes of paths", limit: MAX_PATHS });
        }
        Ok(())
    }
}

/// Refuses characters that XML does not have (XML 1.0 §2.2), however they were written.
fn characters(text: &str, at: u64) -> Result<(), XmlError> {
    let wrong = |character: char| {
        (character < ' ' && !['\t', '\n', '\r'].contains(&character)) || ['\u{fffe}', '\u{ffff}'].contains(&character)
    };
    match text.chars().find(|&character| wrong(character)) {
        Some(character) => {
            Err(XmlError::Syntax { at, what: format!("the character U+{:04X} is none of XML's", u32::from(character)) })
        }
        None => Ok(()),
    }
}

fn syntax(at: u64, error: &dyn std::fmt::Display) -> XmlError {
    XmlError::Syntax { at, what: cut(&error.to_string()) }
}

fn cut(text: &str) -> String {
    text.chars().take(SHOWN).collect()
}
