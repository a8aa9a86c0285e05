//! Smart campaigns, programs, e-mails and forms (Marketo: "Asset API"), as far as their names go, and members of programs.

use serde::Deserialize;

use super::{flag, maybe_text, text};

/// An asset of any of the four kinds.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Asset {
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) status: Option<String>,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) is_active: bool,
    #[serde(default, deserialize_with = "flag")]
    pub(crate) is_requestable: bool,
}

/// A lead with its membership of the program that was asked about.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProgramMember {
    #[serde(deserialize_with = "text")]
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) membership: Option<Membership>,
}

/// Since when.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Membership {
    #[serde(default, deserialize_with = "maybe_text")]
    pub(crate) membership_date: Option<String>,
}
