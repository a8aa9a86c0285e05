//! Making and removing associations (documentation: "Associations"). Setting labels replaces the pair's labels;
//! removing takes every association of the pair away.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::{Associations, General};
use crate::fake::links::{Label, plain_type, primary_type};
use crate::fake::write::{SentId, SentType};

pub(super) const ROUTES: &[Route] = &[
    route("POST", "associations/{from}/{to}/batch/associate/default", Associations, Need::WriteEnds, batch_default),
    route("POST", "associations/{from}/{to}/batch/create", Associations, Need::WriteEnds, batch_create),
    route("POST", "associations/{from}/{to}/batch/archive", Associations, Need::WriteEnds, batch_archive),
    route("POST", "associations/{from}/{to}/batch/labels/archive", Associations, Need::WriteEnds, batch_unlabel),
    route("POST", "associations/{from}/{to}/labels", Associations, Need::WriteEnds, create_label),
    route("PUT", "objects/{type}/{id}/associations/default/{to}/{toId}", General, Need::WriteObjects, one_default),
    route("PUT", "objects/{type}/{id}/associations/{to}/{toId}", General, Need::WriteObjects, one_labelled),
    route("DELETE", "objects/{type}/{id}/associations/{to}/{toId}", General, Need::WriteObjects, one_removed),
];

const INPUTS: usize = 2_000;

type End = (Kind, u64);

#[derive(Deserialize)]
struct Body<T> {
    inputs: Vec<T>,
}

#[derive(Deserialize)]
struct Pair {
    from: SentId,
    to: SentId,
    #[serde(default)]
    types: Vec<SentType>,
}

#[derive(Deserialize)]
struct Fan {
    from: SentId,
    to: Vec<SentId>,
}

fn inputs<T: serde::de::DeserializeOwned>(call: &Call<'_>) -> Result<Vec<T>, Refusal> {
    let body: Body<T> = call.body()?;
    if body.inputs.is_empty() || body.inputs.len() > INPUTS {
        return Err(Refusal::validation(format!(
            "Between 1 and {INPUTS} inputs are allowed, but {} came",
            body.inputs.len()
        )));
    }
    Ok(body.inputs)
}

/// A record that must exist.
fn live(call: &Call<'_>, kind: Kind, id: &str) -> Result<End, Refusal> {
    let found = id.parse().ok().filter(|id| call.account.table(kind).get(*id).is_some());
    found.map(|id| (kind, id)).ok_or_else(|| {
        Refusal::new(404, Some("OBJECT_NOT_FOUND"), format!("No {} with id {id} exists", kind.singular()))
    })
}

fn complete(call: &Call<'_>, results: Vec<Value>) -> Value {
    let at = call.now.to_string();
    json!({"status": "COMPLETE", "results": results, "startedAt": at, "completedAt": at})
}

fn batch_default(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(1)?);
    let pairs: Vec<Pair> = inputs(call)?;
    let ends: Result<Vec<(End, End)>, Refusal> =
        pairs.iter().map(|pair| Ok((live(call, from, &pair.from.id)?, live(call, to, &pair.to.id)?))).collect();
    let plain = plain_type(from, to).ok_or_else(Refusal::problem)?;
    let mut results = Vec::new();
    for (a, b) in ends? {
        call.account.links.associate(a, b);
        results.push(json!({"from": {"id": a.1.to_string()}, "to": {"id": b.1.to_string()},
            "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": plain}}));
    }
    Ok(Reply::ok(complete(call, results)))
}

/// Both directions of the types that a client names; refused when one is unknown for the pair.
fn check_types(call: &Call<'_>, from: Kind, to: Kind, types: &[SentType]) -> Result<Vec<(u32, u32)>, Refusal> {
    let checked = types.iter().map(|sent| {
        let type_id = sent.association_type_id;
        for (forth, back) in
            [(plain_type(from, to), plain_type(to, from)), (primary_type(from, to), primary_type(to, from))]
        {
            if let (Some(forth), Some(back)) = (forth, back)
                && forth == type_id
            {
                return Ok((forth, back));
            }
        }
        let label = call.account.labels.iter().find(|l| (l.from, l.to, l.type_id) == (from, to, type_id));
        label.map(|label| (label.type_id, label.inverse)).ok_or_else(|| {
            Refusal::validation(format!(
                "Association type {type_id} is not valid between {} and {}",
                from.plural(),
                to.plural()
            ))
        })
    });
    checked.collect()
}

fn set_types(call: &mut Call<'_>, a: End, b: End, types: &[(u32, u32)]) -> Value {
    let own: Vec<Label> =
        call.account.labels.iter().filter(|label| label.from == a.0 && label.to == b.0).cloned().collect();
    for label in &own {
        call.account.links.take(a, b, label.type_id);
        call.account.links.take(b, a, label.inverse);
    }
    call.account.links.associate(a, b);
    let mut names = Vec::new();
    for (forth, back) in types {
        if primary_type(a.0, b.0) == Some(*forth) {
            call.account.links.make_primary(a, b);
        } else {
            call.account.links.put(a, b, (*forth, *back));
        }
        names.extend(own.iter().filter(|label| label.type_id == *forth).map(|label| label.label.clone()));
    }
    json!({"fromObjectTypeId": a.0.type_id(), "fromObjectId": a.1, "toObjectTypeId": b.0.type_id(),
           "toObjectId": b.1, "labels": names})
}

fn batch_create(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(1)?);
    let pairs: Vec<Pair> = inputs(call)?;
    let mut checked = Vec::new();
    for pair in &pairs {
        if pair.types.is_empty() {
            return Err(Refusal::validation("Every input needs at least one association type"));
        }
        let types = check_types(call, from, to, &pair.types)?;
        checked.push((live(call, from, &pair.from.id)?, live(call, to, &pair.to.id)?, types));
    }
    let results = checked.into_iter().map(|(a, b, types)| set_types(call, a, b, &types)).collect();
    Ok(Reply::json(201, complete(call, results)))
}

fn batch_archive(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(1)?);
    for fan in inputs::<Fan>(call)? {
        for end in &fan.to {
            if let (Ok(a), Ok(b)) = (fan.from.id.parse(), end.id.parse()) {
                call.account.links.sever((from, a), (to, b));
            }
        }
    }
    Ok(Reply::empty(204))
}

fn batch_unlabel(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(1)?);
    for pair in inputs::<Pair>(call)? {
        let types = check_types(call, from, to, &pair.types)?;
        let (Ok(a), Ok(b)) = (pair.from.id.parse(), pair.to.id.parse()) else { continue };
        for (forth, back) in types {
            if plain_type(from, to) == Some(forth) {
                call.account.links.sever((from, a), (to, b));
            } else {
                call.account.links.take((from, a), (to, b), forth);
                call.account.links.take((to, b), (from, a), back);
            }
        }
    }
    Ok(Reply::empty(204))
}

#[derive(Deserialize)]
struct NewLabel {
    label: String,
    name: String,
}

fn create_label(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(1)?);
    let new: NewLabel = call.body()?;
    if new.name.is_empty() || call.account.labels.iter().any(|l| l.from == from && l.to == to && l.label == new.label) {
        return Err(Refusal::validation(format!("A label \"{}\" cannot be made", new.label)));
    }
    let type_id = 35 + call.account.labels.len() as u32;
    let inverse = type_id + 1;
    call.account.labels.push(Label { from, to, type_id, label: new.label.clone(), inverse });
    call.account.labels.push(Label {
        from: to,
        to: from,
        type_id: inverse,
        label: new.label.clone(),
        inverse: type_id,
    });
    let show = |type_id: u32| json!({"category": "USER_DEFINED", "typeId": type_id, "label": new.label});
    Ok(Reply::ok(json!({"results": [show(type_id), show(inverse)]})))
}

fn ends(call: &Call<'_>) -> Result<(End, End), Refusal> {
    let (from, to) = (call.kind(0)?, call.kind(2)?);
    Ok((live(call, from, &call.params[1])?, live(call, to, &call.params[3])?))
}

fn one_default(call: &mut Call<'_>) -> Answer {
    let (a, b) = ends(call)?;
    if !call.account.links.associate(a, b) {
        return Err(Refusal::problem());
    }
    let forth = json!({"from": {"id": a.1.to_string()}, "to": {"id": b.1.to_string()},
        "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": plain_type(a.0, b.0)}});
    let back = json!({"from": {"id": b.1.to_string()}, "to": {"id": a.1.to_string()},
        "associationSpec": {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": plain_type(b.0, a.0)}});
    Ok(Reply::ok(complete(call, vec![forth, back])))
}

fn one_labelled(call: &mut Call<'_>) -> Answer {
    let types: Vec<SentType> = call.body()?;
    let (a, b) = ends(call)?;
    let types = check_types(call, a.0, b.0, &types)?;
    Ok(Reply::json(201, set_types(call, a, b, &types)))
}

fn one_removed(call: &mut Call<'_>) -> Answer {
    let (from, to) = (call.kind(0)?, call.kind(2)?);
    if let (Ok(a), Ok(b)) = (call.params[1].parse(), call.params[3].parse()) {
        call.account.links.sever((from, a), (to, b));
    }
    Ok(Reply::empty(204))
}
