import type { Mutant } from '#judge/mutant';

const CA_CONSTRAINTS = "{ name: 'basicConstraints', critical: true, cA: true },";
const LEAF_CONSTRAINTS = "{ name: 'basicConstraints', critical: true, cA: false },";
const LEAF_USAGE = "{ name: 'keyUsage', critical: true, digitalSignature: true },";
const SERIAL = "certificate.serialNumber = `40${randomBytes(15).toString('hex')}`;";
const SIGN = 'certificate.sign(key, forge.md.sha256.create());';

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'ca-without-its-name-as-issuer',
    fails: 'ca-signs-itself',
    edits: [
      [
        'certificate.setIssuer(certificate.subject.attributes);',
        "certificate.setIssuer([{ name: 'commonName', value: 'root' }]);",
      ],
    ],
  },
  {
    name: 'ca-is-no-ca',
    fails: 'ca-is-a-ca',
    edits: [[CA_CONSTRAINTS, LEAF_CONSTRAINTS]],
  },
  {
    name: 'ca-not-critical',
    fails: 'ca-is-a-ca',
    edits: [[CA_CONSTRAINTS, "{ name: 'basicConstraints', cA: true },"]],
  },
  {
    name: 'ca-must-not-sign',
    fails: 'ca-is-a-ca',
    edits: [['keyCertSign: true, cRLSign: true', 'digitalSignature: true, cRLSign: true']],
  },
  {
    name: 'server-signs-for-itself',
    fails: 'signed-by-the-ca',
    edits: [
      [
        'certificate.setIssuer(issuer.subject.attributes);',
        'certificate.setIssuer(certificate.subject.attributes);',
      ],
    ],
  },
  {
    name: 'key-of-the-ca-in-the-certificate',
    fails: 'key-of-the-server',
    edits: [
      [
        'blank(forge.pki.publicKeyFromPem(publicKey), { from, until })',
        'blank(issuer.publicKey, { from, until })',
      ],
    ],
  },
  {
    name: 'sha-1-by-default',
    fails: 'sha-256',
    edits: [[SIGN, 'certificate.sign(key);']],
  },
  {
    name: 'serial-number-one',
    fails: 'serial-numbers',
    edits: [[SERIAL, "certificate.serialNumber = '01';"]],
  },
  {
    name: 'serial-number-of-the-clock',
    fails: 'serial-numbers',
    edits: [[SERIAL, "certificate.serialNumber = `40${Date.now().toString(16).padStart(16, '0')}`;"]],
  },
  {
    name: 'serial-number-negative',
    fails: 'serial-numbers',
    edits: [[SERIAL, "certificate.serialNumber = randomBytes(16).toString('hex');"]],
  },
  {
    name: 'serial-number-too-long',
    fails: 'serial-numbers',
    edits: [['randomBytes(15)', 'randomBytes(20)']],
  },
  {
    name: 'valid-for-a-year-from-now',
    fails: 'validity',
    edits: [
      [
        'certificate.validity.notAfter = new Date(until);',
        'certificate.validity.notAfter = new Date(Date.now() + 365 * 86_400_000);',
      ],
    ],
  },
  {
    name: 'valid-from-now',
    fails: 'validity',
    edits: [
      ['certificate.validity.notBefore = new Date(from);', 'certificate.validity.notBefore = new Date();'],
    ],
  },
  {
    name: 'common-name-only',
    fails: 'names',
    edits: [["    { name: 'subjectAltName', altNames },\n", '']],
  },
  {
    name: 'first-name-only',
    fails: 'names',
    edits: [
      ["{ name: 'subjectAltName', altNames }", "{ name: 'subjectAltName', altNames: altNames.slice(0, 1) }"],
    ],
  },
  {
    name: 'address-as-a-dns-name',
    fails: 'names',
    edits: [['{ type: IP_ADDRESS, ip: name }', '{ type: DNS_NAME, value: name }']],
  },
  {
    name: 'wildcard-besides',
    fails: 'names',
    edits: [
      [
        "{ name: 'subjectAltName', altNames }",
        "{ name: 'subjectAltName', altNames: [...altNames, { type: DNS_NAME, value: `*.${names[0]}` }] }",
      ],
    ],
  },
  {
    name: 'server-is-a-ca',
    fails: 'server-is-no-ca',
    edits: [[LEAF_CONSTRAINTS, CA_CONSTRAINTS]],
  },
  {
    name: 'server-may-sign-certificates',
    fails: 'server-is-no-ca',
    edits: [[LEAF_USAGE, "{ name: 'keyUsage', critical: true, digitalSignature: true, keyCertSign: true },"]],
  },
  {
    name: 'server-and-ca-at-once',
    fails: 'refused',
    edits: [
      [LEAF_CONSTRAINTS, CA_CONSTRAINTS],
      [LEAF_USAGE, "{ name: 'keyUsage', critical: true, digitalSignature: true, keyCertSign: true },"],
    ],
  },
  {
    name: 'for-clients-only',
    fails: 'accepted',
    edits: [['serverAuth: true', 'clientAuth: true']],
  },
  {
    name: 'signed-with-another-key',
    fails: 'signed-by-the-ca',
    edits: [
      [
        'return signed(certificate, forge.pki.privateKeyFromPem(ca.key));',
        'return signed(certificate, forge.pki.rsa.generateKeyPair(1024).privateKey);',
      ],
    ],
  },
  {
    name: 'issuer-and-holder-swapped',
    fails: 'reads',
    edits: [['const [, , issuer, validity, subject] =', 'const [, , subject, validity, issuer] =']],
  },
  {
    name: 'all-years-after-2000',
    fails: 'reads',
    edits: [["text < '50' ? `20${text}` : `19${text}`", '`20${text}`']],
  },
  {
    name: 'long-years-cut',
    fails: 'reads',
    edits: [['tag !== TAG.utcTime ? text : text', 'text']],
  },
  {
    name: 'short-lengths-only',
    fails: 'reads',
    edits: [['const size = first < 0x80 ? 0 : first & 0x7f;', 'const size = 0;']],
  },
  {
    name: 'everyone-is-a-ca',
    fails: 'reads',
    edits: [['extension(OID.basicConstraints)[0]?.tag === TAG.boolean', 'extensions.length > 0']],
  },
  {
    name: 'dns-names-only',
    fails: 'reads',
    edits: [
      [
        'extension(OID.subjectAltName).map(nameOf)',
        'extension(OID.subjectAltName).filter(({ tag }) => (tag & 0x1f) === DNS_NAME).map(nameOf)',
      ],
    ],
  },
  {
    name: 'names-split-at-commas',
    fails: 'reads-names-whole',
    edits: [
      [
        'extension(OID.subjectAltName).map(nameOf)',
        "extension(OID.subjectAltName).map(nameOf).flatMap((name) => name.split(', DNS:'))",
      ],
    ],
  },
  {
    name: 'names-end-at-nul',
    fails: 'reads-names-whole',
    edits: [["bytes.toString('latin1')", "(bytes.toString('latin1').split('\\0')[0] ?? '')"]],
  },
  {
    name: 'end-not-looked-at',
    fails: 'refuses-garbage',
    edits: [
      ["if (end > bytes.length) throw new Error('the certificate ends in the middle of an element');", ''],
    ],
  },
];
