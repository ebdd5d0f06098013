// Consent strings made and read by the IAB's own libraries: one JSON object a line, the
// string and what it says in the words of `pixelwarden decode --format json`.
// node make.mjs [HOW MANY OF EACH KIND] [SEED]
import { GVL, PurposeRestriction, TCModel, TCString } from '@iabtechlabtcf/core';
import { GppModel, RangeEntry } from '@iabgpp/cmpapi';

const [many = 20, seed = 1] = process.argv.slice(2).map(Number);

// mulberry32, so that the same seed gives the same strings.
let state = seed;
const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const below = n => Math.floor(random() * n);
const chance = p => random() < p;
const letters = () => [0, 0].map(() => String.fromCharCode(65 + below(26))).join('');
const some = (of, p) => of.filter(() => chance(p));
const upTo = n => Array.from({ length: n }, (_, at) => at + 1);
const sorted = set => [...set].sort((a, b) => a - b);
/** Runs and single numbers, dense or thin, as vendors are in the wild. */
const numbers = most => some(upTo(below(most) + 1), [0.02, 0.3, 0.97][below(3)]);

const purposes = Object.fromEntries(upTo(11).map(id => [id, { id, name: `p${id}`, description: '', illustrations: [] }]));
const vendors = Object.fromEntries(upTo(1200).map(id => [id, {
    id, name: `v${id}`, purposes: [1, 3, 4, 5, 6, 8, 9], legIntPurposes: [2, 7, 10, 11], flexiblePurposes: [2, 7, 10, 11],
    specialPurposes: [], features: [], specialFeatures: [], policyUrl: 'https://vendor.example', cookieMaxAgeSeconds: 1, usesCookies: true,
    cookieRefresh: false, usesNonCookieAccess: false, urls: [], dataRetention: {}, dataDeclaration: [],
}]));
const gvl = () => new GVL({
    gvlSpecificationVersion: 3, vendorListVersion: below(400) + 1, tcfPolicyVersion: 5, lastUpdated: '2026-01-01T00:00:00Z',
    purposes, specialPurposes: {}, features: {}, specialFeatures: { 1: { id: 1, name: 'f1' }, 2: { id: 2, name: 'f2' } },
    vendors, stacks: {}, dataCategories: {},
});
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Whether a TC string has a segment of this type. */
const has = (string, type) => string.split('.').slice(1).some(part => ALPHABET.indexOf(part[0]) >> 3 === type);
const rules = ['not-allowed', 'require-consent', 'require-legitimate-interest', 'undefined'];

const europe = tc => ({
    created_ms: tc.created.getTime(), updated_ms: tc.lastUpdated.getTime(), cmp_id: Number(tc.cmpId), cmp_version: Number(tc.cmpVersion),
    screen: Number(tc.consentScreen), language: tc.consentLanguage, vendor_list_version: Number(tc.vendorListVersion),
    policy_version: Number(tc.policyVersion), service_specific: tc.isServiceSpecific, non_standard_texts: tc.useNonStandardTexts,
    special_features: sorted(tc.specialFeatureOptins.values()), purposes: sorted(tc.purposeConsents.values()),
    legitimate_interests: sorted(tc.purposeLegitimateInterests.values()), purpose_one_treatment: tc.purposeOneTreatment,
    publisher_country: tc.publisherCountryCode, vendors: sorted(tc.vendorConsents.values()),
    legitimate_interest_vendors: sorted(tc.vendorLegitimateInterests.values()),
    restrictions: tc.publisherRestrictions.getRestrictions().map(r => ({ purpose: r.purposeId, rule: rules[r.restrictionType], vendors: sorted(tc.publisherRestrictions.getVendors(r)) })),
});

const tcf = async () => {
    const tc = new TCModel(gvl());
    await tc.gvl.readyPromise;
    Object.assign(tc, {
        cmpId: below(4094) + 2, cmpVersion: below(4094) + 2, consentScreen: below(64), consentLanguage: letters(), publisherCountryCode: letters(),
        isServiceSpecific: chance(0.8), useNonStandardTexts: chance(0.3), purposeOneTreatment: chance(0.2),
    });
    tc.purposeConsents.set(some(upTo(11), 0.6));
    tc.purposeLegitimateInterests.set(some([2, 7, 8, 9, 10, 11], 0.5));
    tc.specialFeatureOptins.set(some([1, 2], 0.5));
    tc.vendorConsents.set(numbers(1200));
    tc.vendorLegitimateInterests.set(numbers(1200));
    tc.vendorsDisclosed.set(numbers(1200));
    tc.publisherConsents.set(some(upTo(11), 0.4));
    tc.publisherLegitimateInterests.set(some([2, 7, 8, 9], 0.4));
    tc.numCustomPurposes = below(10);
    tc.publisherCustomConsents.set(some(upTo(tc.numCustomPurposes), 0.5));
    tc.publisherCustomLegitimateInterests.set(some(upTo(tc.numCustomPurposes), 0.5));
    for (let n = below(4); n > 0; n--) {
        const restriction = new PurposeRestriction([2, 7, 10, 11][below(4)], below(3));
        numbers(60).forEach(vendor => tc.publisherRestrictions.add(vendor, restriction));
    }
    const string = TCString.encode(tc);
    const read = TCString.decode(string);
    const of = segment => has(string, segment);
    return [string, {
        kind: 'tcf', ...europe(read),
        disclosed_vendors: of(1) ? sorted(read.vendorsDisclosed.values()) : null,
        allowed_vendors: of(2) ? sorted(read.vendorsAllowed.values()) : null,
        publisher: of(3) ? {
            purposes: sorted(read.publisherConsents.values()), legitimate_interests: sorted(read.publisherLegitimateInterests.values()),
            custom_count: Number(read.numCustomPurposes), custom_purposes: sorted(read.publisherCustomConsents.values()),
            custom_legitimate_interests: sorted(read.publisherCustomLegitimateInterests.values()),
        } : null,
    }];
};

const STATES = ['usnat', 'usca', 'usva', 'usco', 'usut', 'usct', 'usfl', 'usmt', 'usor', 'ustx', 'usde', 'usia', 'usne', 'usnh', 'usnj', 'ustn', 'usmn', 'usmd', 'usin', 'usky', 'usri'];
const NOT_FIELDS = new Set(['Version', 'MspaVersion', 'GpcSegmentType', 'GpcSegmentIncluded', 'SensitiveDataConsentSegmentIncluded', 'Gpc']);

/** Fills a US section with anything that its own library lets stand. */
const fill = (gpp, name) => {
    gpp.setFieldValue(name, 'SaleOptOut', below(3));
    for (const [field, value] of Object.entries(gpp.getSection(name))) {
        if (NOT_FIELDS.has(field)) continue;
        const any = () => field === 'MspaCoveredTransaction' ? 1 + below(2) : below(3);
        gpp.setFieldValue(name, field, Array.isArray(value) ? value.map(any) : any());
    }
    if ('Gpc' in gpp.getSection(name)) {
        gpp.setFieldValue(name, 'GpcSegmentIncluded', chance(0.7));
        gpp.setFieldValue(name, 'Gpc', chance(0.5));
    }
};
const state_section = (gpp, name, string) => {
    const read = gpp.getSection(name);
    const several = string.includes('.');
    const skipped = several ? [] : ['SensitiveDataProcessing'].filter(() => ['usin', 'usky', 'usri'].includes(name));
    const fields = Object.entries(read).filter(([field]) => !NOT_FIELDS.has(field) && !skipped.includes(field));
    return { us: { version: read.Version ?? read.MspaVersion, fields: Object.fromEntries(fields), gpc: 'Gpc' in read && several ? read.Gpc : null } };
};
const set_bits = flags => flags.flatMap((flag, at) => flag ? [at + 1] : []);
const canada = (read, string) => ({
    'tcf-ca': {
        created_ms: read.Created.getTime(), updated_ms: read.LastUpdated.getTime(), cmp_id: read.CmpId, cmp_version: read.CmpVersion, screen: read.ConsentScreen,
        language: read.ConsentLanguage, vendor_list_version: read.VendorListVersion, policy_version: read.TcfPolicyVersion, non_standard_stacks: read.UseNonStandardStacks,
        special_features: set_bits(read.SpecialFeatureExpressConsent), purposes: set_bits(read.PurposesExpressConsent), implied_purposes: set_bits(read.PurposesImpliedConsent),
        vendors: sorted(read.VendorExpressConsent), implied_vendors: sorted(read.VendorImpliedConsent),
        restrictions: read.PubRestrictions.map(entry => ({ purpose: entry.key, rule: rules[entry.type], vendors: sorted(entry.ids) })),
        disclosed_vendors: has(string, 1) ? sorted(read.DisclosedVendors) : null,
        publisher: {
            purposes: set_bits(read.PubPurposesExpressConsent), legitimate_interests: set_bits(read.PubPurposesImpliedConsent), custom_count: read.NumCustomPurposes,
            custom_purposes: set_bits(read.CustomPurposesExpressConsent), custom_legitimate_interests: set_bits(read.CustomPurposesImpliedConsent),
        },
    },
});

const YES = { Y: 'yes', N: 'no', '-': 'not-applicable' };
const us_privacy = text => ({ notice: YES[text[1]], opted_out: YES[text[2]], lspa: YES[text[3]] });
const usp = () => {
    const letter = () => 'YN-'[below(3)];
    const string = `1${letter()}${letter()}${letter()}`;
    return [string, { kind: 'us-privacy', ...us_privacy(string) }];
};

const gpp = async () => {
    const model = new GppModel();
    const names = some(STATES, chance(0.3) ? 0.6 : 0.15);
    const with_tcf = chance(0.4), with_canada = chance(0.3), with_usp = chance(0.3);
    const [tc, tc_says] = await tcf();
    const european = tc.split('.')[0];
    names.forEach(name => fill(model, name));
    if (with_canada) {
        const flags = n => upTo(n).map(() => chance(0.4));
        const set = (field, value) => model.setFieldValue('tcfcav1', field, value);
        set('CmpId', below(4096)); set('CmpVersion', below(4096)); set('ConsentScreen', below(64)); set('ConsentLanguage', letters()); set('VendorListVersion', below(4096));
        set('UseNonStandardStacks', chance(0.5)); set('SpecialFeatureExpressConsent', flags(12)); set('PurposesExpressConsent', flags(24)); set('PurposesImpliedConsent', flags(24));
        set('VendorExpressConsent', numbers(900)); set('VendorImpliedConsent', numbers(900)); set('DisclosedVendors', numbers(900));
        set('PubRestrictions', some([2, 7, 10], 0.4).map(purpose => new RangeEntry(purpose, below(3), numbers(90))));
    }
    const string = model.encode();
    const read = new GppModel(string);
    const ids = read.getSectionIds(), parts = string.split('~').slice(1);
    const sections = ids.map((id, at) => {
        const name = { 5: 'tcfcav1' }[id] ?? STATES[id - 7];
        const content = id === 5 ? canada(read.getSection(name), parts[at]) : state_section(read, name, parts[at]);
        return { id, name: id === 5 ? 'tcfca' : name, content };
    });
    if ((with_tcf || with_usp) && ids.length === 0) {
        // The specification's own header of these two.
        const text = usp()[0];
        const { kind, ...says } = tc_says;
        const own = { ...says, disclosed_vendors: null, allowed_vendors: null, publisher: null };
        return [`DBACNYA~${european}~${text}`, { kind: 'gpp', sections: [
            { id: 2, name: 'tcfeuv2', content: { 'tcf-eu': own } }, { id: 6, name: 'uspv1', content: { 'us-privacy': us_privacy(text) } }] }];
    }
    return [string, { kind: 'gpp', sections }];
};

for (const make of [tcf, gpp, usp]) {
    for (let n = 0; n < many; n++) {
        const [string, says] = await make();
        console.log(JSON.stringify({ string, says }));
    }
}
