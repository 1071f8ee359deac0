using System.Text.Json;
using Ingester.Core.Exchanges;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Deriving.Books;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Deriving.Running;

/// <summary>Follows the book of one market minute by minute: reads its snapshots and merged diffs, and keeps the book between two periods.</summary>
/// <param name="archive">The archive.</param>
/// <param name="stream">The depth stream; the snapshots stream where the exchange sends complete books.</param>
/// <param name="profile">The profile of the exchange.</param>
/// <param name="outputs">Receives every change.</param>
internal sealed class BookReader(ArchiveReader archive, StreamId stream, ExchangeProfile profile, BookOutputs outputs) : IAsyncDisposable
{
    /// <summary>Diffs this long before a snapshot are read, to find the one that follows it in the sequence.</summary>
    private const long JoinMargin = 60 * Window.MicrosPerMinute;

    private readonly Queue<(SnapshotKey Name, string Key)> snapshots = new();
    private BookReplay? timeline;
    private IAsyncEnumerator<IEnumerable<MarketEvent>>? segments;
    private IEnumerator<MarketEvent>? events;
    private MarketEvent? next;
    private long skipBefore; // diffs before the first one at or after this time were applied already
    private long snapshotsUpTo = long.MinValue; // snapshots of minutes up to this one were read already
    private HashSet<string> knownKeys = []; // the objects of the period before

    /// <summary>The outputs.</summary>
    public BookOutputs Outputs => outputs;

    /// <summary>The book now.</summary>
    public BookView View => timeline!.View;

    /// <summary>Begins to read a period. If it begins where the period before ended, the book is continued; otherwise it starts from its base snapshot.</summary>
    /// <param name="period">The period; its end includes the margin.</param>
    /// <param name="inputs">Diffs and snapshots from the base snapshot to the end of the period.</param>
    /// <param name="journals">The journals.</param>
    /// <param name="report">Notes what is not readable.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task OpenAsync(Period period, BookInputs inputs, JournalCache journals, DeriveReport report, CancellationToken cancellation)
    {
        await CloseAsync();
        var history = inputs.ToHistory(profile);
        var isContinued = CanContinue(period, inputs);
        knownKeys = [.. inputs.Diffs.Entries.Select(static entry => entry.Key), .. inputs.Snapshots.Select(static one => one.Key)];
        foreach (var snapshot in inputs.Snapshots)
            if (!isContinued || snapshot.Name.MinuteMicros > snapshotsUpTo)
                snapshots.Enqueue(snapshot);
        MergeStart start;
        if (isContinued)
        {
            timeline!.Continue(history);
            (start, skipBefore) = (new(period) { IncludesSurroundings = true }, period.From);
        }
        else
        {
            var first = await LoadNextSnapshotAsync(report, cancellation);
            var from = Math.Min(first?.Micros ?? period.From, period.From);
            timeline = new(outputs, history, from);
            if (first is not null)
                timeline.AddSnapshot(first);
            skipBefore = long.MinValue;
            start = history.IsNumbered && first?.UpTo is { } upTo && first.Micros <= period.From
                ? new(new(Math.Max(0, from - JoinMargin), period.To), profile.Book.LastSkippedId(upTo), first.Micros)
                : new(new(from, period.To)) { IncludesSurroundings = true };
        }

        if (!history.HasCompleteBooks)
            segments = new StoredStreamReader(archive).ReadAsync(journals.CreateLoader(stream, cancellation), stream, start, variants: false, cancellation).GetAsyncEnumerator(cancellation);
    }

    /// <summary>Follows the book until a time.</summary>
    /// <param name="to">The time, microseconds UTC.</param>
    /// <param name="report">Notes what is not readable.</param>
    /// <param name="cancellation">Cancels the read.</param>
    public async Task AdvanceAsync(long to, DeriveReport report, CancellationToken cancellation)
    {
        while (snapshots.TryPeek(out var due) && due.Name.MinuteMicros <= to)
            if (await LoadNextSnapshotAsync(report, cancellation) is { } book)
                timeline!.AddSnapshot(book);
        for (; ; next = null)
        {
            next ??= await ReadNextAsync(cancellation);
            if (next is not { } found)
            {
                timeline!.AdvanceTo(to, next: null);
                return;
            }

            UnreadableMarks.Note(found, report);
            if (found.Kind == MarketEventKind.Row && found.Micros >= to && BookReplay.IsTimePlausible(found))
            {
                timeline!.AdvanceTo(to, found);
                return;
            }

            if (found.Kind == MarketEventKind.Row && skipBefore > long.MinValue)
            {
                if (found.Micros < skipBefore || !BookReplay.IsTimePlausible(found))
                    continue;
                skipBefore = long.MinValue;
            }

            timeline!.Add(found);
        }
    }

    /// <summary>Ends the read of a period; the book stays.</summary>
    public async Task CloseAsync()
    {
        next = null;
        events?.Dispose();
        events = null;
        snapshots.Clear();
        if (segments is not null)
            await segments.DisposeAsync();
        segments = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>True when the period follows the one before, and nothing was stored since then about the time before it.</summary>
    private bool CanContinue(Period period, BookInputs inputs) =>
        timeline is not null && timeline.Micros == period.From
        && inputs.Diffs.Entries.All(entry => entry.Name.Window.StartMicros >= period.From || knownKeys.Contains(entry.Key))
        && inputs.Snapshots.All(one => one.Name.MinuteMicros > snapshotsUpTo || knownKeys.Contains(one.Key));

    private async ValueTask<MarketEvent?> ReadNextAsync(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (events?.MoveNext() == true)
                return events.Current;
            events?.Dispose();
            events = null;
            if (segments is null || !await segments.MoveNextAsync())
                return null;
            events = segments.Current.GetEnumerator();
        }
    }

    private async Task<StoredBook?> LoadNextSnapshotAsync(DeriveReport report, CancellationToken cancellation)
    {
        while (snapshots.TryDequeue(out var snapshot))
        {
            snapshotsUpTo = snapshot.Name.MinuteMicros;
            try
            {
                if ((await archive.Objects.LoadAsync(snapshot.Key, Dataset.Snapshots, hashStart: null, cancellation)).Rows is { Count: 1 } rows)
                    return StoredBook.Read(rows.First());
                report.Unreadable.Add($"{snapshot.Key} is not readable: it is not a single snapshot.");
            }
            catch (UnreadableObjectException error) when (!error.IsStoreFailure)
            {
                report.Unreadable.Add(error.Message);
            }
            catch (JsonException error)
            {
                report.Unreadable.Add($"{snapshot.Key} is not readable: {error.Message}");
            }
        }

        return null;
    }
}
