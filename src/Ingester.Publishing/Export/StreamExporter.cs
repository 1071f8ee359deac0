using Ingester.Publishing.Names;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Publishing.Files;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;

namespace Ingester.Publishing.Export;

/// <summary>Exports one stream and day, unless the target holds its export already.</summary>
/// <param name="archive">The archive to read.</param>
/// <param name="target">The store to write.</param>
/// <param name="request">What is exported.</param>
/// <param name="day">The day.</param>
internal sealed class StreamExporter(ArchiveReader archive, ExportTarget target, ExportRequest request, Period day)
{
    private const string FormatsSetting = "formats";

    private static readonly string[] BookTypes = ["incremental_book_L2", "quotes", "book_snapshot_5", "book_snapshot_25"];

    /// <summary>The receive times; null if there are none.</summary>
    public IArrivals? Arrivals { get; init; }

    /// <summary>The exchange's own symbol of the market.</summary>
    public required string Symbol { get; init; }

    /// <summary>The name of the market's CSV files, without extension.</summary>
    public required string FileName { get; init; }

    /// <summary>The keys of the day's objects with receive times.</summary>
    public string ArrivalNames { get; init; } = "";

    /// <summary>Receives how far the export is.</summary>
    public required ExportProgress Progress { get; init; }

    /// <summary>Exports the stream; null if the store has nothing of it for the day.</summary>
    public async Task<StreamOutcome?> RunAsync(StreamId stream, JournalCache journals, WorkFolder work, CancellationToken cancellation)
    {
        try
        {
            var print = await StreamFingerprint.ReadAsync(archive, journals, stream, day, cancellation, ArrivalNames);
            if (!print.IsExpected)
                return null;
            var publisher = new StreamPublisher(target, new(stream, request.Day), work.Folder);
            var old = await publisher.ReadAsync(cancellation);
            if (request.ChecksOnly)
                return new(stream, old, IsSkipped: true, old is null ? "It is not exported." : old.Fingerprint != print.Sha256 ? "The store has changed since it was exported." : null);
            var settings = MakeSettings(old, stream.Dataset != Dataset.AggTrades || !await HasTradesAsync(stream, journals, cancellation));
            if (old is not null && old.Fingerprint == print.Sha256 && old.HasSettings(settings) && old.Symbol == Symbol)
                return new(stream, old, IsSkipped: true, Failure: null);
            if (old is not null && await DayBeforeHasExpiredAsync(stream, cancellation))
                throw new ExportException($"The day before has expired, so the book at the start of the day cannot be built again. Revision {old.Revision} of the export stays.");
            return await ExportAsync(new(stream, request.Day), publisher, Open(stream, journals, settings, work), settings, print.Sha256, cancellation);
        }
        catch (ExportException failure)
        {
            return new(stream, Manifest: null, IsSkipped: false, failure.Message);
        }
        catch (StoreException failure) when (!failure.IsPermanent)
        {
            return new(stream, Manifest: null, IsSkipped: false, failure.Message);
        }
        catch (IOException failure)
        {
            return new(stream, Manifest: null, IsSkipped: false, $"Cannot write local files in {work.Folder}: {failure.Message}");
        }
    }

    private async Task<bool> DayBeforeHasExpiredAsync(StreamId stream, CancellationToken cancellation) =>
        stream.Dataset == Dataset.Depth
        && (await archive.Listing.Expired.ListMarketsAsync(stream.Dataset, stream.Exchange, request.Day.AddDays(-1).ToDateTime(TimeOnly.MinValue), cancellation)).Contains(stream.Market);

    private async Task<StreamOutcome> ExportAsync(ExportKeys keys, StreamPublisher publisher, ExportContext context, SortedDictionary<string, string> settings, string fingerprint, CancellationToken cancellation)
    {
        var stream = context.Stream;
        var exchangeId = ExchangeIds.Of(stream.Exchange, stream.Market);
        var isBook = stream.Dataset is Dataset.Depth or Dataset.Snapshots;
        string KeyOf(string dataType) => dataType == "parquet" ? keys.Parquet : keys.Csv(exchangeId, dataType, FileName);
        string[] types = [.. context.Csv ? isBook ? BookTypes : ["trades"] : [], .. context.Parquet ? ["parquet"] : Array.Empty<string>()];
        await publisher.NoteTagsAsync(types.Select(KeyOf), cancellation);
        var written = isBook ? await new BookExporter(context).RunAsync(cancellation) : await new TradeExporter(context).RunAsync(cancellation);
        if (written.Marks.StoreFailure is { } failure)
            return new(stream, Manifest: null, IsSkipped: false, failure);
        var (files, exported) = (new List<LocalFile>(), new List<ExportedFile>());
        foreach (var (dataType, content) in written.Files)
        {
            var file = await LocalFile.ReadAsync(KeyOf(dataType), content.Path, cancellation);
            files.Add(file);
            exported.Add(new(file.Key, dataType, file.Bytes, file.Sha256, content.Rows, content.RowsSha256));
        }

        var manifest = new StreamExport
        {
            Stream = stream,
            Day = request.Day,
            Revision = 1,
            InputCount = written.Inputs.Count,
            InputSha256 = written.Inputs.ComputeSha256(),
            Events = written.Events,
            First = written.First,
            Last = written.Last,
            Files = exported,
            LocalTimestamps = written.LocalTimestamps,
            Engines = MakeEngines(context),
            BookProvenSeconds = written.Book?.Proven / 1e6,
            BookKnownSeconds = written.Book?.Known / 1e6,
            BookFrom = written.Book?.From,
            Symbol = Symbol,
            ExchangeId = exchangeId,
            Settings = settings,
            Marks = written.Marks.Counts,
            Notes = [.. MakeNotes(context), .. written.Notes, .. written.Marks.Notes],
            Fingerprint = fingerprint,
            TextNumbers = written.TextNumbers,
        };
        return new(stream, await publisher.PublishAsync(manifest, files, written.Inputs, cancellation), IsSkipped: false, Failure: null);
    }

    private ExportContext Open(StreamId stream, JournalCache journals, SortedDictionary<string, string> settings, WorkFolder work)
    {
        var formats = settings[FormatsSetting].Split(',');
        return new()
        {
            Archive = archive,
            Journals = journals,
            Stream = stream,
            Period = day,
            Head = new(ExchangeIds.Of(stream.Exchange, stream.Market), Symbol.ToUpperInvariant()),
            Csv = formats.Contains("csv"),
            Parquet = formats.Contains("parquet"),
            Numbers = request.Numbers,
            Arrivals = Arrivals,
            Folder = work.Folder,
            Reached = micros => Progress.Reach((micros - day.From) / (double)(day.To - day.From)),
        };
    }

    /// <summary>True if single trades of the market are recorded on the day: then the CSV file of trades is made from them.</summary>
    private async Task<bool> HasTradesAsync(StreamId merged, JournalCache journals, CancellationToken cancellation) =>
        (await StreamFingerprint.ReadAsync(archive, journals, merged with { Dataset = Dataset.Trades }, day, cancellation)).IsExpected;

    /// <summary>The settings that decide the bytes. Formats that an earlier export wrote are kept up to date.</summary>
    /// <param name="old">The earlier export; null if there is none.</param>
    /// <param name="hasCsv">False for merged trades of a market whose single trades are recorded: the CSV file is made from those.</param>
    private SortedDictionary<string, string> MakeSettings(StreamExport? old, bool hasCsv)
    {
        var formats = new SortedSet<string>(old?.Settings.GetValueOrDefault(FormatsSetting, "").Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [], StringComparer.Ordinal);
        if (request.Csv)
            formats.Add("csv");
        if (request.Parquet)
            formats.Add("parquet");
        if (!hasCsv)
            formats.Remove("csv");
        return new(StringComparer.Ordinal)
        {
            [FormatsSetting] = string.Join(',', formats),
            ["numbers"] = request.Numbers == NumberForm.Decimal ? "decimal" : "double",
            ["replicas"] = string.Join(',', request.Replicas),
        };
    }

    private static SortedDictionary<string, string> MakeEngines(ExportContext context)
    {
        var engines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (context.Csv)
            engines[".NET"] = Environment.Version.ToString();
        if (context.Parquet)
            engines[RowGroups.Library.Name] = RowGroups.Library.Version;
        return engines;
    }

    private static IEnumerable<string> MakeNotes(ExportContext context)
    {
        if (context is { Csv: true, Stream.Dataset: Dataset.AggTrades })
            yield return "The CSV file of trades has trades that the exchange merged by order and price (agg-trades): single trades are not recorded.";
        if (context is { Csv: false, Stream.Dataset: Dataset.AggTrades })
            yield return "Merged trades are in the Parquet file only: the CSV file of trades has the single trades.";
    }
}
