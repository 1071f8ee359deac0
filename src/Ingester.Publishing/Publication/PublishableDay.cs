using Ingester.Publishing.Certificates;
using Ingester.Publishing.Statements;

namespace Ingester.Publishing.Publication;

/// <summary>The newest certificate of a day, and the files that are published with it.</summary>
/// <param name="Keys">The exchange, dataset and day.</param>
/// <param name="Revision">The revision of the certificate.</param>
/// <param name="Certificate">The certificate.</param>
internal sealed record PublishableDay(CertificateKeys Keys, int Revision, StoredCertificate Certificate)
{
    /// <summary>
    /// The files by their names in the certificate, each with its certified SHA-256: those that it certifies, the lists of the objects that they were made from, and the certificate. The hash is
    /// null for the lists, whose certified hash is that of their lines, and for the certificate itself.
    /// </summary>
    public IEnumerable<(string Name, string? Sha256)> Files =>
    [
        .. Certificate.Statement.Subject.Select(static subject => (subject.Name, (string?)subject.Digest.Sha256)),
        .. Certificate.Statement.Predicate.Streams.Select(static stream => stream.Inputs?.List).OfType<string>().Select(static list => (list, (string?)null)),
        (Keys.Relative(Certificate.Key), null),
    ];

    /// <summary>Reads the newest certificate of a day.</summary>
    /// <exception cref="PublishException">There is none, or it certifies that there is nothing.</exception>
    public static async Task<PublishableDay> ReadAsync(CertificateStore exports, CertificateKeys keys, CancellationToken cancellation)
    {
        if (await exports.ListRevisionsAsync(keys, cancellation) is not [.., var revision] || await exports.ReadAsync(keys, revision, cancellation) is not { } certificate)
            throw new PublishException($"{keys} has no certificate. Run ingester certificate create first.");
        var condition = certificate.Statement.Predicate.Condition;
        return condition is Condition.Pending or Condition.Missing
            ? throw new PublishException($"{keys} is {condition.ToString().ToLowerInvariant()}: there is nothing to publish.")
            : new(keys, revision, certificate);
    }

    /// <summary>A certified file does not exist.</summary>
    public static PublishException NotStored(string name) => new($"{name} is certified, and is not stored.");

    /// <summary>A certified file has other content.</summary>
    public static PublishException Changed(string name, string found, string certified) =>
        new($"{name} was changed after it was certified: its SHA-256 is {found}, and {certified} is certified. Run ingester certificate create.");
}
