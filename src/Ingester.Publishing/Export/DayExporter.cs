using Ingester.Publishing.Names;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Exchanges;
using Ingester.Reading.Journals;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Publishing.Export;

/// <summary>
/// Exports a day (UTC, by exchange time), one stream after the other. Each stream is published before the next one is read, so a run after an interruption skips the
/// streams that are done. Memory use depends neither on the number of streams nor on the number of events.
/// </summary>
internal sealed class DayExporter
{
    /// <summary>Number of markets whose journals are read together: the coverage of an exchange is read once per batch, and kept in memory (some MiB).</summary>
    private const int BatchSize = 128;

    /// <summary>How long before the day the journals are read with those of the day. The last snapshot in band before a day is usually within this time.</summary>
    private const long JournalLead = 7 * 60 * Window.MicrosPerMinute;

    private const int MaxCachedJournals = 16;

    private readonly ArchiveReader archive;
    private readonly ExportTarget target;
    private readonly ExportRequest request;
    private readonly Period day;
    private readonly Func<StreamId, IArrivals?> openArrivals;
    private string arrivalNames = ""; // of the exchange

    /// <summary>Prepares an export.</summary>
    /// <param name="archive">The archive to read.</param>
    /// <param name="target">The store to write.</param>
    /// <param name="request">What is exported.</param>
    /// <param name="openArrivals">Opens the receive times of a stream. Default: those that replicas recorded.</param>
    public DayExporter(ArchiveReader archive, ExportTarget target, ExportRequest request, Func<StreamId, IArrivals?>? openArrivals = null)
    {
        (this.archive, this.target, this.request) = (archive, target, request);
        var start = new DateTimeOffset(request.Day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        day = Period.Of(start, start.AddDays(1));
        this.openArrivals = openArrivals ?? (stream => new RecordedArrivals(new(archive, stream, day, request.Replicas)));
    }

    /// <summary>How far the export is.</summary>
    public ExportProgress Progress { get; } = new();

    /// <summary>Exports all streams; the results come as the streams are done.</summary>
    /// <exception cref="StoreException">The store rejects requests.</exception>
    /// <exception cref="ExpiredPeriodException">The day has expired.</exception>
    public async IAsyncEnumerable<StreamOutcome> RunAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        using var work = new WorkFolder();
        var exchanges = new List<(string Exchange, List<StreamId> Streams)>();
        foreach (var exchange in request.Exchanges)
            exchanges.Add((exchange, await ListCandidatesAsync(exchange, cancellation)));
        if (!request.ChecksOnly)
            foreach (var (exchange, streams) in exchanges)
                await archive.Listing.Expired.RequireStoredAsync([.. streams.Where(request.Includes).Select(static stream => stream.Dataset).Distinct()], [exchange], day, cancellation);
        Progress.Streams = exchanges.Sum(one => one.Streams.Count(request.Includes));
        foreach (var (exchange, candidates) in exchanges.Where(one => one.Streams.Exists(request.Includes)))
        {
            var symbols = await ReadSymbolsAsync(exchange, candidates, cancellation);
            arrivalNames = string.Join('\n', (await archive.Listing.ListJournalAsync(Dataset.Arrivals, exchange, day, cancellation)).Select(part => part.Key));
            var fileNames = FileNames.OfAll(symbols, exchange);
            foreach (var markets in candidates.Where(request.Includes).GroupBy(stream => stream.Market, StringComparer.Ordinal).Chunk(BatchSize))
            {
                var journals = new JournalCache(archive, exchange, markets.Select(market => market.Key).ToHashSet(StringComparer.Ordinal), new(Math.Max(0, day.From - JournalLead), day.To), MaxCachedJournals);
                foreach (var stream in markets.SelectMany(static market => market))
                {
                    Progress.Current = stream;
                    var exporter = new StreamExporter(archive, target, request, day) { Arrivals = openArrivals(stream), Symbol = symbols[stream.Market], ArrivalNames = arrivalNames, FileName = fileNames[stream.Market], Progress = Progress };
                    if (await exporter.RunAsync(stream, journals, work, cancellation) is { } outcome)
                        yield return outcome;
                    work.Clear();
                    Progress.Reach(0);
                    Progress.Done++;
                }
            }
        }
    }

    /// <summary>The streams that may have data of the day: those with stored objects of any day, and those that the coverage of the day mentions.</summary>
    private async Task<List<StreamId>> ListCandidatesAsync(string exchange, CancellationToken cancellation)
    {
        var streams = new HashSet<StreamId>();
        var book = ExchangeCatalog.Find(exchange)?.Profile.BookDataset ?? Dataset.Depth;
        foreach (var dataset in new[] { Dataset.Trades, Dataset.AggTrades, book })
            foreach (var market in await archive.Listing.ListMarketsAsync(dataset, exchange, cancellation))
                streams.Add(new(dataset, exchange, market));
        var journals = new JournalReader(archive);
        await journals.ReadCoverageAsync(await journals.ListPartsAsync(Dataset.Coverage, exchange, day, cancellation), read => streams.Add(read.Stream), cancellation);
        return [.. streams.OrderBy(stream => stream.Market, StringComparer.Ordinal).ThenBy(stream => stream.Dataset)];
    }

    /// <summary>The symbol of each market; the canonical name if the store does not contain the symbol.</summary>
    private async Task<Dictionary<string, string>> ReadSymbolsAsync(string exchange, List<StreamId> streams, CancellationToken cancellation)
    {
        var known = await SymbolNames.ReadAsync(archive, exchange, day, cancellation);
        return streams.Select(stream => stream.Market).Distinct(StringComparer.Ordinal).ToDictionary(market => market, market => known.GetValueOrDefault(market, market), StringComparer.Ordinal);
    }
}
