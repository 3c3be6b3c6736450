//! Items: functions with their signatures, impls, traits, types, statics and constants.

use std::ops::Range;

use ra_ap_syntax::ast::{self, AstNode, HasAttrs, HasGenericParams, HasName, HasVisibility};
use ra_ap_syntax::{SyntaxKind, SyntaxNode};

use super::File;
use super::tree::{braces, code_of, code_range, token_range};

/// A parameter of a function or closure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Pattern and type.
    pub range: Range<usize>,
    /// The pattern.
    pub pattern: Range<usize>,
    /// The name, where the pattern is nothing but a name.
    pub name: Option<String>,
    /// The bytes of that name.
    pub name_range: Option<Range<usize>>,
    /// Whether it is `mut name`.
    pub mutable: bool,
    /// The type; closures may leave it out.
    pub ty: Option<Range<usize>>,
}

/// The `self` of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfParam {
    /// `&'a mut self`, `mut self`, `self: Box<Self>`.
    pub range: Range<usize>,
    /// Whether it begins with `&`.
    pub reference: bool,
    /// The lifetime after `&`.
    pub lifetime: Option<(Range<usize>, String)>,
    /// Whether there is a `mut`.
    pub mutable: bool,
    /// Where.
    pub mut_token: Option<Range<usize>>,
    /// The type of `self: T`.
    pub ty: Option<Range<usize>>,
    /// The word `self`.
    pub self_token: Range<usize>,
}

/// A function or method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// From its first word (`pub`, `async`, `fn`) to its end, without comments and attributes.
    pub range: Range<usize>,
    /// The word `fn`.
    pub fn_token: Range<usize>,
    /// Its name.
    pub name: String,
    /// The bytes of the name.
    pub name_range: Range<usize>,
    /// `<'a, T>`.
    pub generics: Option<Range<usize>>,
    /// The lifetimes that it declares, with their `'`.
    pub lifetimes: Vec<String>,
    /// The types that it declares.
    pub type_params: Vec<String>,
    /// The parameters with their parentheses.
    pub params_range: Range<usize>,
    /// `self`.
    pub self_param: Option<SelfParam>,
    /// All parameters but `self`.
    pub params: Vec<Param>,
    /// The type after `->`.
    pub return_type: Option<Range<usize>>,
    /// Where ` -> T` would be written.
    pub arrow_insert: usize,
    /// `where ..`.
    pub where_clause: Option<Range<usize>>,
    /// The body with its braces.
    pub body: Option<Range<usize>>,
    /// `async fn`.
    pub is_async: bool,
    /// `const fn`.
    pub is_const: bool,
    /// Whether it is public in any way.
    pub is_pub: bool,
    /// Whether a trait declares it.
    pub in_trait: bool,
    /// Whether an impl of a trait defines it: its signature is given.
    pub in_trait_impl: bool,
    /// The impl or trait around it.
    pub parent: Option<Range<usize>>,
}

/// An `impl` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Impl {
    /// The whole block.
    pub range: Range<usize>,
    /// The word `impl`.
    pub impl_token: Range<usize>,
    /// `<'a, T>` after `impl`.
    pub generics: Option<Range<usize>>,
    /// The lifetimes that it declares.
    pub lifetimes: Vec<String>,
    /// The type it is for.
    pub self_type: Range<usize>,
    /// The last name of that type, without references and arguments.
    pub self_name: Option<String>,
    /// The last name of the trait.
    pub trait_name: Option<String>,
    /// The trait with its arguments.
    pub trait_range: Option<Range<usize>>,
    /// What is in braces.
    pub body: Range<usize>,
}

/// A trait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trait {
    /// The whole declaration.
    pub range: Range<usize>,
    /// Its name.
    pub name: String,
    /// The bytes of the name.
    pub name_range: Range<usize>,
    /// `<'a, T>`.
    pub generics: Option<Range<usize>>,
    /// The lifetimes that it declares.
    pub lifetimes: Vec<String>,
}

/// A field of a struct, a union or a variant of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name; fields of tuples have none.
    pub name: Option<String>,
    /// The whole field, with its visibility.
    pub range: Range<usize>,
    /// Its type.
    pub ty: Range<usize>,
}

/// What a type is declared as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdtKind {
    /// `struct`.
    Struct,
    /// `enum`.
    Enum,
    /// `union`.
    Union,
}

/// A declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adt {
    /// Struct, enum or union.
    pub kind: AdtKind,
    /// From its first word (`pub`, `struct`) to its end, without comments and attributes.
    pub range: Range<usize>,
    /// The word `struct`, `enum` or `union`.
    pub keyword: Range<usize>,
    /// Its name.
    pub name: String,
    /// The bytes of the name.
    pub name_range: Range<usize>,
    /// `<'a, T>`.
    pub generics: Option<Range<usize>>,
    /// The lifetimes that it declares.
    pub lifetimes: Vec<String>,
    /// Its fields; of an enum, those of all variants.
    pub fields: Vec<Field>,
    /// The last names of the traits that it derives.
    pub derives: Vec<String>,
    /// What is within the parentheses of its first `#[derive(..)]`.
    pub derive_list: Option<Range<usize>>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each is the keyword of the item")]
pub enum ItemKind {
    Static,
    Const,
    Function,
    Struct,
    Enum,
    Union,
    Trait,
    Impl,
    Module,
    Use,
    TypeAlias,
    Other,
}

/// An item, whatever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// From its first word to its end, without comments and attributes.
    pub range: Range<usize>,
    /// Its name; impls and imports have none.
    pub name: Option<String>,
    /// The bytes of the name.
    pub name_range: Option<Range<usize>>,
    /// The type of a static or constant.
    pub ty: Option<Range<usize>>,
    /// The value of a static or constant.
    pub value: Option<Range<usize>>,
    /// Whether it is `static mut`.
    pub mutable: bool,
}

impl File {
    /// The innermost function around a range, signature included.
    pub fn function_at(&self, range: Range<usize>) -> Option<Function> {
        self.climb(&range).filter_map(ast::Fn::cast).find_map(|function| self.function(&function))
    }

    /// All functions of this name.
    pub fn functions_named(&self, name: &str) -> Vec<Function> {
        let all = self.tree.root.descendants().filter_map(ast::Fn::cast);
        let named = all.filter(|function| function.name().is_some_and(|found| found.text() == name));
        named.filter_map(|function| self.function(&function)).collect()
    }

    /// The function whose name a range is.
    pub fn function_by_name_span(&self, range: Range<usize>) -> Option<Function> {
        self.function_at(range.clone()).filter(|function| function.name_range == range)
    }

    /// The impl around a range.
    pub fn impl_at(&self, range: Range<usize>) -> Option<Impl> {
        self.climb(&range).filter_map(ast::Impl::cast).find_map(|block| self.impl_of(&block))
    }

    /// All impls.
    pub fn impls(&self) -> Vec<Impl> {
        let all = self.tree.root.descendants().filter_map(ast::Impl::cast);
        all.filter_map(|block| self.impl_of(&block)).collect()
    }

    /// The trait around a range.
    pub fn trait_at(&self, range: Range<usize>) -> Option<Trait> {
        let found = self.climb(&range).find_map(ast::Trait::cast)?;
        let name = code_of(found.name())?;
        Some(Trait {
            range: code_range(found.syntax()),
            name: self.text(name.clone()).to_owned(),
            name_range: name,
            generics: code_of(found.generic_param_list()),
            lifetimes: lifetimes(found.generic_param_list()),
        })
    }

    /// All structs, enums and unions.
    pub fn adts(&self) -> Vec<Adt> {
        let all = self.tree.root.descendants().filter_map(ast::Adt::cast);
        all.filter_map(|adt| self.adt(&adt)).collect()
    }

    /// The struct, enum or union of this name.
    pub fn adt_named(&self, name: &str) -> Option<Adt> {
        let mut all = self.tree.root.descendants().filter_map(ast::Adt::cast);
        let found = all.find(|adt| adt.name().is_some_and(|found| found.text() == name))?;
        self.adt(&found)
    }

    /// The struct, enum or union around a range.
    pub fn adt_at(&self, range: Range<usize>) -> Option<Adt> {
        self.climb(&range).filter_map(ast::Adt::cast).find_map(|adt| self.adt(&adt))
    }

    /// The innermost item around a range.
    pub fn item_at(&self, range: Range<usize>) -> Option<Item> {
        let item = self.climb(&range).find(super::exprs::is_item).and_then(ast::Item::cast)?;
        Some(self.item(&item))
    }

    pub(super) fn item(&self, item: &ast::Item) -> Item {
        let node = item.syntax();
        let (kind, ty, value, mutable) = match item {
            ast::Item::Static(it) => {
                (ItemKind::Static, code_of(it.ty()), code_of(it.body()), it.mut_token().is_some())
            }
            ast::Item::Const(it) => (ItemKind::Const, code_of(it.ty()), code_of(it.body()), false),
            ast::Item::Fn(_) => (ItemKind::Function, None, None, false),
            ast::Item::Struct(_) => (ItemKind::Struct, None, None, false),
            ast::Item::Enum(_) => (ItemKind::Enum, None, None, false),
            ast::Item::Union(_) => (ItemKind::Union, None, None, false),
            ast::Item::Trait(_) => (ItemKind::Trait, None, None, false),
            ast::Item::Impl(_) => (ItemKind::Impl, None, None, false),
            ast::Item::Module(_) => (ItemKind::Module, None, None, false),
            ast::Item::Use(_) => (ItemKind::Use, None, None, false),
            ast::Item::TypeAlias(_) => (ItemKind::TypeAlias, None, None, false),
            _ => (ItemKind::Other, None, None, false),
        };
        let name_range = code_of(node.children().find_map(ast::Name::cast));
        let name = name_range.clone().map(|range| self.text(range).to_owned());
        Item { kind, range: code_range(node), name, name_range, ty, value, mutable }
    }

    pub(super) fn function(&self, function: &ast::Fn) -> Option<Function> {
        let name_range = code_of(function.name())?;
        let params = function.param_list()?;
        let params_range = code_range(params.syntax());
        let parent = enclosing_block(function.syntax());
        let is_trait = |kind| parent.as_ref().is_some_and(|node| node.kind() == kind);
        let of_trait = parent.clone().and_then(ast::Impl::cast).is_some_and(|it| it.trait_().is_some());
        Some(Function {
            range: code_range(function.syntax()),
            fn_token: token_range(&function.fn_token()?),
            name: self.text(name_range.clone()).to_owned(),
            name_range,
            generics: code_of(function.generic_param_list()),
            lifetimes: lifetimes(function.generic_param_list()),
            type_params: type_params(function.generic_param_list()),
            arrow_insert: params_range.end,
            params_range,
            self_param: params.self_param().and_then(|param| self.self_param(&param)),
            params: params.params().filter_map(|param| self.param(&param)).collect(),
            return_type: code_of(function.ret_type().and_then(|it| it.ty())),
            where_clause: code_of(function.where_clause()),
            body: function.body().map(|body| braces(&body)),
            is_async: function.async_token().is_some(),
            is_const: function.const_token().is_some(),
            is_pub: function.visibility().is_some(),
            in_trait: is_trait(SyntaxKind::TRAIT),
            in_trait_impl: of_trait,
            parent: parent.as_ref().map(code_range),
        })
    }

    pub(super) fn self_param(&self, param: &ast::SelfParam) -> Option<SelfParam> {
        let lifetime = code_of(param.lifetime());
        Some(SelfParam {
            range: code_range(param.syntax()),
            reference: param.amp_token().is_some(),
            lifetime: lifetime.map(|range| (range.clone(), self.text(range).to_owned())),
            mutable: param.mut_token().is_some(),
            mut_token: param.mut_token().map(|token| token_range(&token)),
            ty: code_of(param.ty()),
            self_token: code_of(param.name())?,
        })
    }

    pub(super) fn param(&self, param: &ast::Param) -> Option<Param> {
        let pattern = param.pat()?;
        let simple = super::bindings::simple_name(&pattern);
        let name_range = simple.as_ref().and_then(|ident| code_of(ident.name()));
        Some(Param {
            range: code_range(param.syntax()),
            pattern: code_range(pattern.syntax()),
            name: name_range.clone().map(|range| self.text(range).to_owned()),
            name_range,
            mutable: simple.is_some_and(|ident| ident.mut_token().is_some()),
            ty: code_of(param.ty()),
        })
    }

    fn impl_of(&self, block: &ast::Impl) -> Option<Impl> {
        let self_type = block.self_ty()?;
        let name_of = |ty: &ast::Type| last_name(ty).map(|range| self.text(range).to_owned());
        Some(Impl {
            range: code_range(block.syntax()),
            impl_token: token_range(&block.impl_token()?),
            generics: code_of(block.generic_param_list()),
            lifetimes: lifetimes(block.generic_param_list()),
            self_name: name_of(&self_type),
            self_type: code_range(self_type.syntax()),
            trait_name: block.trait_().as_ref().and_then(name_of),
            trait_range: code_of(block.trait_()),
            body: code_of(block.assoc_item_list())?,
        })
    }

    fn adt(&self, adt: &ast::Adt) -> Option<Adt> {
        let name_range = code_of(adt.name())?;
        let (kind, keyword) = match adt {
            ast::Adt::Struct(it) => (AdtKind::Struct, it.struct_token()),
            ast::Adt::Enum(it) => (AdtKind::Enum, it.enum_token()),
            ast::Adt::Union(it) => (AdtKind::Union, it.union_token()),
        };
        let lists: Vec<Range<usize>> = adt.attrs().filter_map(|attr| self.derive_list(&attr)).collect();
        let traits = lists.iter().flat_map(|list| self.text(list.clone()).split(','));
        let derives = traits.filter_map(|path| path.rsplit("::").next()).map(str::trim);
        Some(Adt {
            kind,
            range: code_range(adt.syntax()),
            keyword: token_range(&keyword?),
            name: self.text(name_range.clone()).to_owned(),
            name_range,
            generics: code_of(adt.generic_param_list()),
            lifetimes: lifetimes(adt.generic_param_list()),
            fields: self.fields(adt.syntax()),
            derives: derives.filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            derive_list: lists.first().cloned(),
        })
    }

    fn fields(&self, adt: &SyntaxNode) -> Vec<Field> {
        let fields = adt.descendants().filter_map(|node| {
            let (name, ty) = match node.kind() {
                SyntaxKind::RECORD_FIELD => {
                    let field = ast::RecordField::cast(node.clone())?;
                    (code_of(field.name()), field.ty())
                }
                SyntaxKind::TUPLE_FIELD => (None, ast::TupleField::cast(node.clone())?.ty()),
                _ => return None,
            };
            let name = name.map(|range| self.text(range).to_owned());
            Some(Field { name, range: code_range(&node), ty: code_of(ty)? })
        });
        fields.collect()
    }

    fn derive_list(&self, attr: &ast::Attr) -> Option<Range<usize>> {
        let ast::Meta::TokenTreeMeta(meta) = attr.meta()? else { return None };
        let is_derive = self.code(meta.path()?.syntax()).rsplit("::").next()? == "derive";
        let list = code_of(meta.token_tree())?;
        (is_derive && list.len() >= 2).then(|| list.start + 1..list.end - 1)
    }
}

/// The last name of a type, through references: `Vec` for `&std::vec::Vec<T>`.
pub(super) fn last_name(ty: &ast::Type) -> Option<Range<usize>> {
    match ty {
        ast::Type::PathType(path) => code_of(path.path()?.segment()?.name_ref()),
        ast::Type::RefType(reference) => last_name(&reference.ty()?),
        ast::Type::ParenType(paren) => last_name(&paren.ty()?),
        _ => None,
    }
}

fn lifetimes(list: Option<ast::GenericParamList>) -> Vec<String> {
    let params = list.iter().flat_map(ast::GenericParamList::lifetime_params);
    params.filter_map(|param| Some(param.lifetime()?.text().to_string())).collect()
}

fn type_params(list: Option<ast::GenericParamList>) -> Vec<String> {
    let params = list.iter().flat_map(ast::GenericParamList::generic_params);
    let types = params.filter_map(|param| match param {
        ast::GenericParam::TypeParam(param) => Some(param.name()?.text().to_string()),
        _ => None,
    });
    types.collect()
}

/// The impl or trait that a function stands in directly.
fn enclosing_block(function: &SyntaxNode) -> Option<SyntaxNode> {
    let list = function.parent().filter(|node| node.kind() == SyntaxKind::ASSOC_ITEM_LIST)?;
    list.parent()
}
