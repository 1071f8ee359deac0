using Ingester.Core.Markets;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Publishing.Verification;
using Ingester.Storage.Stores;

namespace Ingester.Publishing.Expiry;

/// <summary>
/// Decides whether the segments of a day may be removed. The newest certificate must verify against the exported files that exist now; the stores must give exactly the
/// certified content again; and everything that is stored must have been there when the day was exported.
/// </summary>
/// <param name="recording">The store with the recording.</param>
/// <param name="prefix">The prefix of its keys, without a slash at its end.</param>
/// <param name="exports">The store with the exported files and their certificates.</param>
/// <param name="trusted">The trusted public keys.</param>
/// <param name="clock">Times the retries.</param>
internal sealed class CertifiedCheck(IObjectStore recording, string prefix, (IReplaceableStore Store, string Prefix) exports, TrustedKeys trusted, TimeProvider clock)
{
    private readonly CertificateStore certificates = new(exports.Store, clock);

    /// <summary>Checks a day.</summary>
    /// <returns>The certificate, and what is wrong, as sentences. If nothing is wrong, there is a certificate.</returns>
    public async Task<(StoredCertificate? Certificate, IReadOnlyList<string> Problems)> RunAsync(CertificateKeys keys, CancellationToken cancellation)
    {
        var verified = await new CertificateVerifier(certificates, trusted).VerifyAsync(keys, new(), cancellation);
        if (!verified.Holds)
            return (null, verified.Problems);
        var certificate = (await certificates.ReadAsync(keys, verified.Statement!.Predicate.Revision, cancellation))!;
        var predicate = certificate.Statement.Predicate;
        if (predicate.Condition is Condition.Pending or Condition.Missing)
            return (certificate, [$"The certificate says that the day is {predicate.Condition.ToString().ToLowerInvariant()}."]);
        try
        {
            var manifests = await new ManifestReader(certificates).ReadAsync(keys, cancellation);
            var content = await new CertificateBuilder(recording, prefix, clock).BuildAsync(keys, manifests, predicate.Program, cancellation);
            var previous = await certificates.FindFirstAsync(keys.DayBefore, cancellation);
            if (!CertificateWriter.IsCurrent(keys, content with { Previous = previous }, certificate))
                return (certificate, [$"Revision {predicate.Revision} of the certificate does not state what is stored and exported now. Run ingester export and ingester certificate create."]);
        }
        catch (CertificateException error)
        {
            return (certificate, [error.Message]);
        }

        return (certificate, await FindOlderExportsAsync(keys, cancellation));
    }

    /// <summary>The streams whose export is older than what is stored.</summary>
    private async Task<IReadOnlyList<string>> FindOlderExportsAsync(CertificateKeys keys, CancellationToken cancellation)
    {
        if (!DatasetNames.TryParse(keys.Dataset, out var dataset))
            return [$"'{keys.Dataset}' is not a dataset."];
        var request = new ExportRequest { Day = keys.Day, Exchanges = [keys.Exchange], Datasets = [dataset], ChecksOnly = true };
        var exporter = new DayExporter(new(recording, prefix, clock), new(exports.Store, exports.Prefix, clock), request);
        var problems = new List<string>();
        await foreach (var outcome in exporter.RunAsync(cancellation))
            if (outcome.Failure is { } failure)
                problems.Add($"{outcome.Stream}: {failure}");
        return problems;
    }
}
