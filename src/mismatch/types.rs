//! Types as rustc writes them in its messages, as far as a comparison needs them.

/// A type. What rustc shortens or leaves open is [`Type::Unknown`] and fits everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `&T`, `&mut T`, with or without a lifetime.
    Reference {
        /// Whether it says `mut`.
        mutable: bool,
        /// What it refers to.
        inner: Box<Type>,
    },
    /// `Vec<T>`, `str`, `u32`: the last segment of the path, without lifetimes.
    Named {
        /// The name.
        name: String,
        /// The type arguments.
        args: Vec<Type>,
    },
    /// `[T]`.
    Slice(Box<Type>),
    /// `[T; 3]`.
    Array(Box<Type>),
    /// `(T, U)`.
    Tuple(Vec<Type>),
    /// `dyn Trait`: many types turn into it by themselves.
    Dyn,
    /// `_`, `...`.
    Unknown,
    /// Closures, functions, raw pointers: what no comparison is made with.
    Other(String),
}

/// The language's numbers.
const NUMBERS: &[&str] =
    &["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64"];

/// Other types of the language and the standard library that are copied.
const COPIED: &[&str] = &[
    "bool",
    "char",
    "integer",
    "{integer}",
    "float",
    "{float}",
    "floating-point number",
    "NonNull",
    "Duration",
    "Instant",
    "SystemTime",
    "Ordering",
    "TypeId",
    "ThreadId",
    "IpAddr",
    "SocketAddr",
];

impl Type {
    /// Reads a type.
    pub fn parse(text: &str) -> Type {
        let text = text.trim();
        if text.is_empty() || text == "_" || text == "..." {
            return Type::Unknown;
        }
        if let Some(rest) = text.strip_prefix('&') {
            let rest = without_lifetime(rest.trim_start());
            let (mutable, rest) = rest.strip_prefix("mut ").map_or((false, rest), |rest| (true, rest));
            return Type::Reference { mutable, inner: Box::new(Type::parse(rest)) };
        }
        if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            let parts = split(inner, ',');
            // `(dyn Trait + 'a)`, but `(T,)` and `()` are tuples.
            if parts.len() == 1 && !inner.trim_end().ends_with(',') && !inner.trim().is_empty() {
                return Type::parse(inner);
            }
            let parts = parts.into_iter().filter(|part| !part.trim().is_empty());
            return Type::Tuple(parts.map(Type::parse).collect());
        }
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return match split(inner, ';').as_slice() {
                [item, _] => Type::Array(Box::new(Type::parse(item))),
                _ => Type::Slice(Box::new(Type::parse(inner))),
            };
        }
        if text.starts_with("dyn ") {
            return Type::Dyn;
        }
        let path = text.split('<').next().unwrap_or(text).trim_end();
        let plain = |c: char| c.is_alphanumeric() || "_:{}".contains(c);
        let odd = ["fn(", "unsafe ", "extern ", "impl ", "*const ", "*mut ", "for<", "{closure", "<"];
        if odd.iter().any(|start| text.starts_with(start)) || !path.chars().all(plain) {
            return Type::Other(text.to_owned());
        }
        let name = path.trim_end_matches("::").rsplit("::").next().unwrap_or(path).to_owned();
        let list = text.strip_prefix(path).and_then(|rest| rest.trim().strip_prefix('<')?.strip_suffix('>'));
        let args = list.map(|list| split(list, ',')).unwrap_or_default();
        let is_type = |arg: &&str| !arg.trim().starts_with('\'') && !arg.contains(" = ");
        Type::Named { name, args: args.into_iter().filter(is_type).map(Type::parse).collect() }
    }

    /// Whether the two may be one type, unknown parts left open.
    pub fn fits(&self, other: &Type) -> bool {
        match (self, other) {
            (Type::Unknown, _) | (_, Type::Unknown) => true,
            (Type::Reference { mutable: a, inner: x }, Type::Reference { mutable: b, inner: y }) => {
                a == b && x.fits(y)
            }
            (Type::Named { name, args }, Type::Named { name: other_name, args: other_args }) => {
                let number = |open: &str, name: &str| match open {
                    "{integer}" => NUMBERS.contains(&name) && !name.starts_with('f'),
                    "{float}" => name == "f32" || name == "f64",
                    _ => false,
                };
                (name == other_name || number(name, other_name) || number(other_name, name))
                    // The allocator's argument is written for one of them only.
                    && args.iter().zip(other_args).all(|(a, b)| a.fits(b))
            }
            (Type::Slice(a), Type::Slice(b)) | (Type::Array(a), Type::Array(b)) => a.fits(b),
            (Type::Tuple(a), Type::Tuple(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.fits(b)),
            (Type::Dyn, Type::Dyn) => true,
            _ => self == other,
        }
    }

    /// What a reference refers to.
    pub fn referent(&self) -> Option<&Type> {
        match self {
            Type::Reference { inner, .. } => Some(inner),
            _ => None,
        }
    }

    /// Whether it is a reference, and how many there are.
    pub fn depth(&self) -> usize {
        self.referent().map_or(0, |inner| 1 + inner.depth())
    }

    /// What stands behind all its references.
    pub fn peeled(&self) -> &Type {
        self.referent().map_or(self, Type::peeled)
    }

    /// The name of a named type.
    pub fn name(&self) -> Option<&str> {
        match self {
            Type::Named { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The type arguments of a named type.
    pub fn arguments(&self) -> &[Type] {
        match self {
            Type::Named { args, .. } => args,
            _ => &[],
        }
    }

    /// The first type argument, if it has this name.
    pub fn argument_of(&self, wanted: &str) -> Option<&Type> {
        match self {
            Type::Named { name, args } if name == wanted => Some(args.first().unwrap_or(&Type::Unknown)),
            _ => None,
        }
    }

    /// Whether a copy costs nothing, as far as its name tells.
    pub fn is_copied(&self) -> bool {
        match self {
            Type::Reference { mutable, .. } => !mutable,
            Type::Named { name, .. } => NUMBERS.contains(&name.as_str()) || COPIED.contains(&name.as_str()),
            Type::Tuple(parts) => parts.iter().all(Type::is_copied),
            Type::Array(item) => item.is_copied(),
            _ => false,
        }
    }

    /// Whether it is a number of the language.
    pub fn is_number(&self) -> bool {
        self.name().is_some_and(|name| NUMBERS.contains(&name) || name == "{integer}" || name == "{float}")
    }

    /// Whether it is a type of the standard library that owns what a copy would have to copy.
    pub fn is_owner(&self) -> bool {
        const OWNERS: &[&str] = &[
            "String",
            "Vec",
            "PathBuf",
            "OsString",
            "Box",
            "Rc",
            "Arc",
            "HashMap",
            "HashSet",
            "BTreeMap",
            "BTreeSet",
            "VecDeque",
            "BinaryHeap",
            "Mutex",
            "RwLock",
            "RefCell",
        ];
        self.name().is_some_and(|name| OWNERS.contains(&name))
    }

    /// The slice-like type that a reference to this one turns into: `str` for `String`.
    pub fn view(&self) -> Option<Type> {
        let named = |name: &str| Type::Named { name: name.to_owned(), args: Vec::new() };
        match self {
            Type::Named { name, args } => match name.as_str() {
                "String" => Some(named("str")),
                "PathBuf" => Some(named("Path")),
                "OsString" => Some(named("OsStr")),
                "CString" => Some(named("CStr")),
                "Vec" => Some(Type::Slice(Box::new(args.first().cloned().unwrap_or(Type::Unknown)))),
                _ => None,
            },
            Type::Array(item) => Some(Type::Slice(item.clone())),
            _ => None,
        }
    }
}

/// Cuts at a sign that stands outside of all brackets; the last part may be empty.
pub fn split(text: &str, at: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut start, mut before) = (0, 0, ' ');
    for (here, c) in text.char_indices() {
        match c {
            '<' | '(' | '[' | '{' => depth += 1,
            // `->` is no bracket.
            '>' if before == '-' => {}
            '>' | ')' | ']' | '}' => depth -= 1,
            _ if c == at && depth == 0 => {
                parts.extend(text.get(start..here));
                start = here + c.len_utf8();
            }
            _ => {}
        }
        before = c;
    }
    parts.extend(text.get(start..));
    parts
}

fn without_lifetime(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) => rest.split_once(' ').map_or(rest, |(_, rest)| rest.trim_start()),
        None => text,
    }
}

/// A type without the paths before its names: `Option<Error>` for `std::option::Option<error::Error>`.
pub fn short(text: &str) -> String {
    let mut out = String::new();
    let mut word_start = 0;
    for c in text.chars() {
        let in_word = c.is_alphanumeric() || c == '_' || c == ':';
        if c == ':' && out.ends_with("::") {
            out.push(c);
        } else if !in_word {
            word_start = out.len() + c.len_utf8();
            out.push(c);
        } else {
            out.push(c);
            if out.get(word_start..).is_some_and(|word| word.ends_with("::") && word.len() > 2) {
                out.truncate(word_start);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Type, short};

    #[test]
    fn types_are_read() {
        let fits = |a: &str, b: &str| Type::parse(a).fits(&Type::parse(b));
        assert!(fits("Option<&T>", "std::option::Option<&'a T>"));
        assert!(fits("Vec<_>", "Vec<(u8, [String; 3]), std::alloc::Global>"));
        assert!(fits("{integer}", "usize"));
        assert!(!fits("&T", "&mut T"));
        assert!(!fits("Vec<u8>", "[u8]"));
        assert!(fits("(dyn Fn(u8) -> bool + Send)", "dyn Fn(u8) -> bool"));
        assert_eq!(Type::parse("()"), Type::Tuple(Vec::new()));
        assert_eq!(Type::parse("&'a mut &str").depth(), 2);
        assert_eq!(Type::parse("Vec<u8>").view(), Some(Type::parse("[u8]")));
        assert_eq!(Type::parse(""), Type::Unknown);
        assert!(matches!(Type::parse("{closure@src/a.rs:1:2: 3:4}"), Type::Other(_)));
    }

    #[test]
    fn paths_are_shortened() {
        assert_eq!(short("std::option::Option<&error::Error>"), "Option<&Error>");
        assert_eq!(short("&'a str"), "&'a str");
        assert_eq!(short("(a::B, [c::D; 3])"), "(B, [D; 3])");
    }
}
