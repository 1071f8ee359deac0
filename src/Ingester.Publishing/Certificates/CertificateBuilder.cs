using System.Security.Cryptography;
using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Publishing.Export;
using Ingester.Publishing.Signing;
using Ingester.Publishing.Statements;
using Ingester.Reading.Auditing;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Publishing.Certificates;

/// <summary>Collects what is certified about a day: the audit of the recording, and the manifests of the export.</summary>
/// <param name="recording">The store with the recording.</param>
/// <param name="prefix">The prefix of its keys, without a slash at its end.</param>
/// <param name="clock">The clock for retries.</param>
internal sealed class CertificateBuilder(IObjectStore recording, string prefix, TimeProvider clock)
{
    /// <summary>Number of markets whose variants are listed concurrently.</summary>
    private const int MaxConcurrency = 16;

    private readonly ArchiveReader archive = new(recording, prefix, clock);

    /// <summary>Builds the predicate. Revision, changes and references to other certificates are not set yet.</summary>
    /// <exception cref="CertificateException">The recording cannot be read completely.</exception>
    public async Task<Predicate> BuildAsync(CertificateKeys keys, SortedDictionary<string, StreamExport> manifests, string program, CancellationToken cancellation)
    {
        if (!DatasetNames.TryParse(keys.Dataset, out var dataset))
            throw new CertificateException($"'{keys.Dataset}' is not a dataset.");
        var from = new DateTimeOffset(keys.Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        var scope = new AuditScope { From = from, To = from.AddDays(1), Exchanges = [keys.Exchange], Datasets = [dataset] };
        var report = await new Auditor(archive).RunAsync(scope, cancellation);
        if (report.IsStoreFailure)
            throw new CertificateException($"The recording of {keys} could not be read completely, so nothing is certified: {report.Unreadable[0]}");
        var audits = report.Streams.Where(stream => stream.Stream.Dataset == dataset).ToDictionary(stream => stream.Stream.Market, StringComparer.Ordinal);
        string[] markets = [.. manifests.Keys.Union(audits.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var streams = new CertifiedStream[markets.Length];
        await Parallel.ForAsync(0, markets.Length, new ParallelOptions { MaxDegreeOfParallelism = MaxConcurrency, CancellationToken = cancellation }, async (index, cancel) =>
        {
            var market = markets[index];
            var stream = new StreamId(dataset, keys.Exchange, market);
            var variants = dataset.IsStreamed() ? await CountAsync(stream, scope, ObjectKey.Variants, cancel) : 0;
            var divergent = dataset.IsStreamed() ? await CountAsync(stream, scope, ObjectKey.Divergent, cancel) : 0;
            streams[index] = StreamCertification.Certify(market, audits.GetValueOrDefault(market), manifests.GetValueOrDefault(market), variants, divergent);
        });
        return Summarize(keys, streams, [.. manifests.Values], report, program);
    }

    private static Predicate Summarize(CertificateKeys keys, CertifiedStream[] streams, StreamExport[] manifests, AuditReport report, string program)
    {
        var unreadable = report.Unreadable.Concat(report.Broken).Order(StringComparer.Ordinal).ToList();
        var worst = streams.Length > 0 ? WorstOf(streams) : Condition.Missing;
        return new()
        {
            Exchange = keys.Exchange,
            Dataset = keys.Dataset,
            Day = keys.Day,
            Revision = 0,
            Changes = [],
            Condition = worst == Condition.Available && unreadable.Count > 0 ? Condition.Degraded : worst,
            Program = program,
            Engines = new SortedDictionary<string, string>(manifests.SelectMany(manifest => manifest.Engines).GroupBy(engine => engine.Key, StringComparer.Ordinal)
                .ToDictionary(engine => engine.Key, engine => string.Join(", ", engine.Select(one => one.Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))), StringComparer.Ordinal),
            Inputs = new(manifests.Sum(manifest => manifest.InputCount), HashInputs(manifests)),
            Events = streams.Sum(stream => stream.Events),
            Gaps = new(streams.Sum(stream => stream.Gaps.ReplicaMessages), streams.Sum(stream => stream.Gaps.ReplicaGaps), streams.Sum(stream => stream.Gaps.Messages), streams.Sum(stream => stream.Gaps.Merged)),
            Agreement = Agreement.Sum(streams.Select(stream => stream.Agreement)),
            Unreadable = unreadable,
            Streams = streams,
        };
    }

    /// <summary>A day of which a part is not exported is pending; a day of which everything is missing is missing.</summary>
    private static Condition WorstOf(CertifiedStream[] streams) =>
        Array.Exists(streams, static stream => stream.Condition == Condition.Pending) ? Condition.Pending
        : Array.TrueForAll(streams, static stream => stream.Condition == Condition.Missing) ? Condition.Missing
        : Array.TrueForAll(streams, static stream => stream.Condition == Condition.Available) ? Condition.Available
        : Condition.Degraded;

    private static string HashInputs(StreamExport[] manifests) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Concat(manifests.OrderBy(manifest => manifest.Stream.Market, StringComparer.Ordinal).Select(manifest => $"{manifest.Stream.Market} {manifest.InputSha256}\n")))));

    private async Task<int> CountAsync(StreamId stream, AuditScope scope, string folder, CancellationToken cancellation) =>
        (await archive.Listing.ListVariantsAsync(stream, Period.Of(scope.From, scope.To), folder, cancellation)).Count;
}
