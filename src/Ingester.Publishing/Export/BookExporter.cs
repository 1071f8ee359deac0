using System.Globalization;
using System.Text.Json;
using Ingester.Core.Sequencing;
using Ingester.Exchanges;
using Ingester.Publishing.Files;
using Ingester.Reading.Books;

namespace Ingester.Publishing.Export;

/// <summary>Exports the book of one market and day.</summary>
internal sealed class BookExporter(ExportContext context)
{
    private readonly InputList inputs = new();
    private readonly MarkCounts marks = new();
    private readonly BookMessage message = new();
    private readonly LocalTimes local = new(context.Arrivals, step: 1);
    private readonly List<(string DataType, IBookFile File)> files = [];
    private readonly bool hasSnapshotsOnStream = ExchangeCatalog.Find(context.Stream.Exchange)?.Profile.Book.SnapshotEndpoint is null;
    private long events;
    private bool isLost = true;
    private ExportedEvent? first;
    private ExportedEvent? last;

    /// <summary>Writes the files.</summary>
    public async Task<ExportedStream> RunAsync(CancellationToken cancellation)
    {
        BookParquet? parquet = null;
        try
        {
            if (context.Csv)
                OpenCsv();
            if (context.Parquet)
                files.Add(("parquet", parquet = await BookParquet.CreateAsync(context.PathOf("part-0.parquet"), context.Numbers, cancellation)));
            var timeline = BookTimeline.Create(context.Archive, context.Journals, context.Stream, context.Period);
            await foreach (var step in timeline.ReadAsync(cancellation))
            {
                context.Reached(step.Micros);
                await AcceptAsync(step, timeline, cancellation);
            }

            foreach (var sentence in timeline.Snapshots.Unreadable)
                marks.AddUnreadable(sentence, timeline.Snapshots.IsStoreFailure);
            foreach (var sentence in context.Arrivals?.Unreadable ?? [])
                marks.AddUnreadable(sentence);
            var contents = new List<(string, FileContent)>();
            foreach (var (dataType, file) in files)
                contents.Add((dataType, await file.CompleteAsync(cancellation)));
            return new()
            {
                Files = contents,
                Inputs = inputs,
                Marks = marks,
                Events = events,
                First = first,
                Last = last,
                LocalTimestamps = local.Counts,
                TextNumbers = parquet?.TextNumbers ?? 0,
                Book = (timeline.Time.KnownMicros, timeline.Time.ProvenMicros, timeline.Time.KnownFrom),
            };
        }
        finally
        {
            foreach (var (_, file) in files)
                await file.DisposeAsync();
        }
    }

    private void OpenCsv()
    {
        files.Add(("incremental_book_L2", new BookChangesCsv(context.PathOf("incremental_book_L2.csv.gz"), context.Head)));
        files.Add(("quotes", new QuoteCsv(context.PathOf("quotes.csv.gz"), context.Head)));
        foreach (var depth in new[] { 5, 25 })
        {
            var dataType = string.Create(CultureInfo.InvariantCulture, $"book_snapshot_{depth}");
            files.Add((dataType, new TopLevelsCsv(context.PathOf(dataType + ".csv.gz"), context.Head, depth)));
        }
    }

    private async ValueTask AcceptAsync(BookStep step, BookTimeline timeline, CancellationToken cancellation)
    {
        switch (step.Kind)
        {
            case BookStepKind.Mark:
                marks.Add(step.Event);
                return;
            case BookStepKind.Lost:
                isLost = true;
                return;
            case BookStepKind.Begin or BookStepKind.Snapshot:
                Begin(step, timeline);
                message.LocalMicros = await local.GetAsync(hasSnapshotsOnStream ? step.Snapshot : null, step.Micros, cancellation);
                (message.Line, message.Range) = (step.Snapshot?.Row.Line ?? default, step.Snapshot?.UpTo is { } upTo ? new SequenceRange(upTo, upTo) : null);
                if (step.Snapshot is { } snapshot)
                {
                    inputs.Add(snapshot.Key, snapshot.Sha256);
                    Count(message.Range, step.Micros);
                }

                break;
            default:
                if (!TryRead(step, out var levels))
                    return;
                inputs.Add(step.Event.Origin);
                (message.Micros, message.IsSnapshot, message.Range, message.Line) = (step.Micros, false, step.Event.Range, step.Event.Row);
                (message.Bids, message.Asks) = (levels.Bids, levels.Asks);
                message.Book = step.Kind == BookStepKind.Diff ? timeline.Book : null;
                (message.RemovedBids, message.RemovedAsks) = message.Book is null ? ([], []) : (timeline.TrimmedBids, timeline.TrimmedAsks);
                message.IsFirst = false;
                message.LocalMicros = await local.GetAsync(step.Event, cancellation);
                Count(step.Event.Range, step.Micros);
                break;
        }

        foreach (var (_, file) in files)
            await file.WriteAsync(message, cancellation);
        message.Number++;
    }

    private void Begin(BookStep step, BookTimeline timeline)
    {
        (message.Micros, message.IsSnapshot, message.Book, message.IsFirst) = (step.Micros, true, timeline.Book, isLost);
        (message.Bids, message.Asks, message.RemovedBids, message.RemovedAsks) = (default, default, [], []);
        isLost = false;
    }

    private void Count(SequenceRange? range, long micros)
    {
        events++;
        last = new(range?.UpTo.ToString(CultureInfo.InvariantCulture), micros);
        first ??= last;
    }

    private bool TryRead(BookStep step, out BookRow levels)
    {
        try
        {
            levels = BookRow.Read(step.Event.Row);
            return true;
        }
        catch (JsonException error)
        {
            levels = default;
            marks.AddUnreadable($"A row of {step.Event.Origin?.Key} is not exported: {error.Message}.");
            return false;
        }
    }
}
