//! The keys on what becomes of findings: regulations, severities, vendors, waivers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use toml::de::DeTable;

use super::raw::nearest;
use super::reader::{Item, Reader, Result};
use super::value;
use crate::audit::{
    self, AUDITS, DeclaredVendor, Policy, Preset, Severity, WaivedBy, Waiver, Written,
};
use crate::model::{Pass, registrable_domain};
use crate::signature::CATEGORIES;

const OF_VENDOR: &[&str] = &["name", "purposes"];
const OF_WAIVER: &[&str] =
    &["audit", "fingerprint", "vendor", "site", "reason", "owner", "expires"];
/// So many waivers or vendors are read.
const MOST: usize = 10_000;

/// What was decided about findings beforehand; what the file leaves out is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PolicyConfig {
    /// Regulations and threshold for a common case.
    pub preset: Option<Preset>,
    /// The regulations in force, as citations name them.
    pub regulations: Option<BTreeSet<String>>,
    /// Severities by audit.
    pub severities: BTreeMap<String, Severity>,
    /// Allowed vendors by consent state.
    pub allowed: BTreeMap<Pass, Vec<String>>,
    /// The vendors that are declared.
    pub declared: Option<Vec<DeclaredVendor>>,
    /// Findings that were accepted.
    pub waivers: Vec<Waiver>,
    /// Where all of it is written.
    pub written: Written,
}

impl PolicyConfig {
    /// The keys of a file that has been found to be TOML.
    pub(super) fn read(text: &str) -> Result<Self> {
        let reader = Reader { text };
        let table = reader.whole()?;
        let table = table.get_ref();
        Ok(Self {
            preset: reader.preset(table)?,
            regulations: reader.regulations(table)?,
            severities: reader.severities(table)?,
            allowed: reader.allowed(table)?,
            declared: reader.declared(table)?,
            waivers: reader.waivers(table)?,
            written: reader.written(table)?,
        })
    }

    /// The policy on a day; `preset` from the command line goes before that of the file, and
    /// what the file says itself before either.
    #[must_use]
    pub fn policy(&self, today: Date, preset: Option<Preset>) -> Policy {
        let preset = preset.or(self.preset);
        let regulations = preset.map(|preset| preset.regulations()).unwrap_or_default();
        let mut policy = Policy::on(today);
        if let Some(preset) = preset {
            policy.fail_on = preset.fail_on();
        }
        policy.regulations = self.regulations.clone().unwrap_or(regulations);
        policy.severities.clone_from(&self.severities);
        policy.allowed.clone_from(&self.allowed);
        policy.declared.clone_from(&self.declared);
        policy.waivers.clone_from(&self.waivers);
        policy.written.clone_from(&self.written);
        policy
    }
}

impl Reader<'_> {
    fn preset(&self, table: &DeTable<'_>) -> Result<Option<Preset>> {
        let Some(item) = table.get("preset") else { return Ok(None) };
        let preset = Preset::named(&self.string(item, "preset")?);
        preset.map(Some).map_err(|message| self.wrong(item, &message))
    }

    fn regulations(&self, table: &DeTable<'_>) -> Result<Option<BTreeSet<String>>> {
        let Some(item) = table.get("regulations") else { return Ok(None) };
        let mut all = BTreeSet::new();
        for item in self.list(item, "regulations")? {
            let named = audit::regulation(&self.string(item, "regulations")?);
            all.extend(named.map_err(|message| self.wrong(item, &message))?);
        }
        Ok(Some(all))
    }

    fn severities(&self, table: &DeTable<'_>) -> Result<BTreeMap<String, Severity>> {
        let Some(item) = table.get("severity") else { return Ok(BTreeMap::new()) };
        let known: Vec<&str> = AUDITS.iter().map(|audit| audit.info().id).collect();
        let table = self.table(item, "`[severity]`", &known)?;
        let severity = |(audit, item): (&toml::Spanned<_>, Item<'_, '_>)| {
            let audit: &std::borrow::Cow<'_, str> = audit.get_ref();
            let text = self.string(item, audit)?;
            Ok((audit.to_string(), text.parse().map_err(|m: String| self.wrong(item, &m))?))
        };
        table.iter().map(severity).collect()
    }

    fn allowed(&self, table: &DeTable<'_>) -> Result<BTreeMap<Pass, Vec<String>>> {
        let Some(item) = table.get("allowed") else { return Ok(BTreeMap::new()) };
        let Some(table) = item.get_ref().as_table() else {
            return Err(self.wrong(item, "allowed vendors begin with `[allowed]`"));
        };
        let mut allowed = BTreeMap::new();
        for (state, item) in table {
            let pass = value::state(state.get_ref())
                .map_err(|message| self.fault(Some(state.span()), &message))?;
            allowed.insert(pass, self.strings(item, state.get_ref())?);
        }
        Ok(allowed)
    }

    fn declared(&self, table: &DeTable<'_>) -> Result<Option<Vec<DeclaredVendor>>> {
        let items = self.tables(table, "vendor")?.take(MOST);
        let vendors: Vec<DeclaredVendor> =
            items.map(|item| self.vendor(item)).collect::<Result<_>>()?;
        Ok((!vendors.is_empty()).then_some(vendors))
    }

    fn vendor(&self, item: Item<'_, '_>) -> Result<DeclaredVendor> {
        let table = self.table(item, "a vendor", OF_VENDOR)?;
        let name = self.need(item, table, "name", "a vendor")?;
        let mut purposes = Vec::new();
        if let Some(list) = table.get("purposes") {
            for item in self.list(list, "purposes")? {
                purposes.push(self.purpose(item)?);
            }
        }
        Ok(DeclaredVendor { name, purposes })
    }

    fn purpose(&self, item: Item<'_, '_>) -> Result<String> {
        let purpose = self.string(item, "purposes")?;
        let known: Vec<&str> = CATEGORIES.iter().map(|(name, _)| *name).collect();
        if known.contains(&purpose.as_str()) {
            return Ok(purpose);
        }
        let hint = match nearest(&purpose, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", known.join(", ")),
        };
        Err(self.hinted(item, &format!("`{purpose}` is not a purpose"), &hint))
    }

    fn waivers(&self, table: &DeTable<'_>) -> Result<Vec<Waiver>> {
        self.tables(table, "waiver")?.take(MOST).map(|item| self.waiver(item)).collect()
    }

    fn waiver(&self, item: Item<'_, '_>) -> Result<Waiver> {
        let table = self.table(item, "a waiver", OF_WAIVER)?;
        let waiver = Waiver {
            audit: self.audit(table)?,
            fingerprint: self.get(table, "fingerprint")?,
            vendor: self.get(table, "vendor")?,
            site: self.get(table, "site")?,
            by: WaivedBy {
                reason: self.need(item, table, "reason", "a waiver")?,
                owner: self.need(item, table, "owner", "a waiver")?,
                expires: self.day(item, table)?,
            },
        };
        if waiver.audit.is_none() && waiver.fingerprint.is_none() {
            let hint = "the report has a fingerprint beside each finding";
            return Err(self.hinted(item, "a waiver names an `audit` or a `fingerprint`", hint));
        }
        Ok(waiver)
    }

    fn audit(&self, table: &DeTable<'_>) -> Result<Option<String>> {
        let (Some(item), Some(id)) = (table.get("audit"), self.get(table, "audit")?) else {
            return Ok(None);
        };
        let known: Vec<&str> = AUDITS.iter().map(|audit| audit.info().id).collect();
        if known.contains(&id.as_str()) {
            return Ok(Some(id));
        }
        let hint = match nearest(&id, &known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`pixelwarden explain` lists them all".to_owned(),
        };
        Err(self.hinted(item, &format!("there is no audit `{id}`"), &hint))
    }

    /// A day, as a TOML date or as a text.
    fn day(&self, waiver: Item<'_, '_>, table: &DeTable<'_>) -> Result<Date> {
        let Some(item) = table.get("expires") else {
            return Err(self.wrong(waiver, "a waiver has a day on which it `expires`"));
        };
        let text = match item.get_ref().as_datetime() {
            Some(date) => date.to_string(),
            None => self.string(item, "expires")?,
        };
        let hint = "as in expires = 2027-01-31";
        text.parse().map_err(|_| self.hinted(item, &format!("`{text}` is no day"), hint))
    }

    /// The lines that findings point to.
    fn written(&self, table: &DeTable<'_>) -> Result<Written> {
        let mut written = Written::default();
        if let Some(targets) = table.get("targets") {
            for item in self.list(targets, "targets")? {
                let Ok(target) = value::target(&self.string(item, "targets")?) else { continue };
                let site = registrable_domain(target.host_str().unwrap_or_default());
                written.sites.entry(site).or_insert(self.line(item));
            }
        }
        for item in self.tables(table, "journey")? {
            let name = item.get_ref().as_table().and_then(|t| t.get("name")?.get_ref().as_str());
            if let Some(name) = name {
                written.journeys.insert(name.to_owned(), self.line(item));
            }
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests;
