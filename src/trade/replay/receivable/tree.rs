//! A split drawn as a tree: what was split into what, and that live parts and payments are together what was accepted.

use crate::trade::amount::{Amount, Money};
use crate::trade::replay::receivable::life::Lives;
use crate::trade::replay::receivable::state::{Receivable, Stage};
use crate::trade::rule::phrase::PartsAndPayments;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use std::collections::HashSet;

/// Most nodes of one tree.
pub const MAX_NODES: usize = 100_000;

/// A receivable in its tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its reference.
    pub reference: String,
    /// How far from the root: 0 for the root.
    pub depth: usize,
    /// What it is for, as its own records or its parent's SPLIT say.
    pub amount: Option<Amount>,
    /// Its stage; absent when its own records are not among those given.
    pub stage: Option<Stage>,
    /// Who holds it.
    pub holder: Option<String>,
    /// Paid so far, in minor units.
    pub paid: Option<i128>,
    /// What is still to be paid, in minor units; nothing once split.
    pub outstanding: Option<i128>,
    /// How many receivables it was split into.
    pub parts: usize,
}

/// A tree of receivables, each node before its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The nodes in the order of reading.
    pub nodes: Vec<Node>,
    /// What the debtor accepted at the root, in minor units.
    pub accepted: Option<i128>,
    /// Live leaves and payments together, in minor units; absent when one of them is not known.
    pub together: Option<i128>,
    /// The currency.
    pub currency: Option<&'static str>,
    /// Some parts are withheld: there may be more nodes than these.
    pub withheld: bool,
}

/// The reference at the root of the tree that a receivable stands in, as far as records are given.
#[must_use]
pub fn root_of<'a>(lives: &'a Lives, reference: &'a str) -> &'a str {
    let mut root = reference;
    let mut seen = HashSet::from([root]);
    while let Some(parent) = lives.state(root).and_then(|state| state.parent.as_deref()) {
        if lives.find(parent).is_none() || !seen.insert(parent) {
            break;
        }
        root = parent;
    }
    root
}

/// Draws the tree under a receivable.
#[must_use]
pub fn draw(lives: &Lives, root: &str) -> Tree {
    let (mut nodes, mut withheld) = (Vec::new(), false);
    let mut seen = HashSet::new();
    let mut open: Vec<(String, usize, Option<Amount>)> = vec![(root.to_owned(), 0, None)];
    while let Some((reference, depth, told)) = open.pop() {
        if nodes.len() >= MAX_NODES || !seen.insert(reference.clone()) {
            continue;
        }
        let state = lives.state(&reference);
        withheld |= state.is_some_and(|state| state.parts_withheld);
        for part in state.into_iter().flat_map(|state| state.parts.iter().rev()) {
            open.push((part.id.clone(), depth + 1, part.amount));
        }
        nodes.push(node(reference, depth, told, state));
    }
    let state = lives.state(root);
    let accepted = state.and_then(Receivable::owed);
    Tree {
        together: match withheld {
            true => None,
            false => nodes.iter().map(|node| Some(node.paid? + node.outstanding?)).sum(),
        },
        withheld,
        nodes,
        accepted: accepted.map(|amount| amount.minor_units()),
        currency: accepted.map(|amount| amount.currency()),
    }
}

fn node(reference: String, depth: usize, told: Option<Amount>, state: Option<&Receivable>) -> Node {
    match state {
        Some(state) => Node {
            reference,
            depth,
            amount: state.owed().or(told),
            stage: Some(state.stage),
            holder: state.holder.called(),
            paid: state.paid,
            outstanding: state.outstanding(),
            parts: state.parts.len(),
        },
        // Of a part whose own records are not given only what the SPLIT said is known: it counts as live.
        None => Node {
            reference,
            depth,
            amount: told,
            stage: None,
            holder: None,
            paid: Some(0),
            outstanding: told.map(|amount| amount.minor_units()),
            parts: 0,
        },
    }
}

/// Rule R1 over whole trees: live leaves and payments are the accepted face of the root.
pub fn conserve(lives: &Lives, sheet: &mut Sheet) {
    let mut drawn = HashSet::new();
    for life in &lives.lives {
        let Some(state) = life.state.as_ref().filter(|state| !state.parts.is_empty()) else { continue };
        // A tree is put together by references: of several under one, only the one that is asked about can be.
        if !lives.find(&state.reference).is_some_and(|found| std::ptr::eq(found, life)) {
            sheet.lacks(Rule::R(1), Lack::Ambiguous { reference: state.reference.clone() });
            continue;
        }
        if !drawn.insert(root_of(lives, &state.reference)) {
            continue;
        }
        let root = root_of(lives, &state.reference);
        let tree = draw(lives, root);
        for unseen in tree.nodes.iter().filter(|node| node.stage.is_none()) {
            sheet.lacks(Rule::R(1), lives.lack(&unseen.reference));
        }
        match (tree.accepted, tree.together) {
            (Some(accepted), Some(together)) => sheet.judge(Rule::R(1), accepted == together, || {
                let place = Place::new(root, "/body/children");
                let money = |minor_units| Money { minor_units, like: lives.state(root).and_then(Receivable::owed) };
                Breach::new(Severity::Error, place, PartsAndPayments(money(accepted)), money(together))
            }),
            _ if tree.withheld => {
                let field = "/body/children".to_owned();
                sheet.lacks(Rule::R(1), Lack::Withheld { record: root.to_owned(), field });
            }
            _ => sheet.lacks(Rule::R(1), Lack::Record { what: root.to_owned() }),
        }
    }
}
