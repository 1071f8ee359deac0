using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Publishing.Certificates;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Publishing.Witnesses;

namespace Ingester.Publishing.WitnessStatements;

/// <summary>Writes witness statements about certificates. A certificate is never changed; the same comparison gives the same statement, which is written once.</summary>
internal sealed class WitnessWriter(CertificateStore exports, ICertificateSigner signer)
{
    private const int DigitsInName = 16;

    /// <summary>The start of the keys of all statements about an exchange, dataset and day.</summary>
    public static string KeyStart(string prefix, string exchange, Dataset dataset, DateOnly day) => string.Create(CultureInfo.InvariantCulture,
        $"{ObjectKey.Root(prefix)}export/witnesses/{day:yyyy'/'MM'/'dd}/{KeyEncoding.Encode(exchange)}_{dataset.Name()}.");

    /// <summary>Signs and writes the comparison of an exchange, dataset and day; returns the key of the envelope, or null if that day has no certificate.</summary>
    /// <exception cref="CertificateException">Something cannot be read, signed or written.</exception>
    public async Task<string?> WriteAsync(string prefix, ArchiveLayout layout, DateOnly day, IEnumerable<WitnessReport> reports, CancellationToken cancellation)
    {
        var keys = new CertificateKeys(prefix, layout.Exchange, layout.Dataset.Name(), day);
        if (await exports.ListRevisionsAsync(keys, cancellation) is not [.., var revision] || await exports.ReadAsync(keys, revision, cancellation) is not { } certificate)
            return null;
        var payload = new WitnessStatement
        {
            Subject = [new(keys.Relative(certificate.Key), new(certificate.Digest))],
            Predicate = new()
            {
                Exchange = layout.Exchange,
                Dataset = layout.Dataset.Name(),
                Day = day,
                Source = layout.Files.Source,
                Streams = [.. reports.OrderBy(report => report.Stream.Market, StringComparer.Ordinal).Select(WitnessedStream.Of)],
            },
        }.ToJson();
        var key = $"{KeyStart(prefix, layout.Exchange, layout.Dataset, day)}{CertificateStatement.DigestOf(payload)[..DigitsInName]}.dsse.json";
        if (await exports.ReadAsync(key, cancellation) is not null)
            return key;
        var signature = await signer.SignAsync(Envelope.EncodeForSigning(Envelope.StatementType, payload), cancellation);
        var envelope = new Envelope { Payload = payload, Signatures = [new(signer.KeyId, signature)] };
        return await exports.TryWriteAsync(key, envelope.ToJson(), cancellation) || await exports.ReadAsync(key, cancellation) is not null
            ? key
            : throw new CertificateException($"{key} could not be written.");
    }
}
