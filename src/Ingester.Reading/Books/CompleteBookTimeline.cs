using System.Runtime.CompilerServices;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Reading.Merging;
using Ingester.Reading.Objects;

namespace Ingester.Reading.Books;

/// <summary>The book of an exchange that sends complete books and no diffs: each stored book holds until the next one, or until a reported gap.</summary>
internal sealed class CompleteBookTimeline(ArchiveReader archive, JournalCache journals, StreamId stream, Period period) : BookTimeline(archive, journals, stream, period)
{
    private long lostAt = long.MaxValue;
    private bool hasBegun;

    /// <inheritdoc/>
    public override async IAsyncEnumerable<BookStep> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var first = await Snapshots.FindLatestBeforeAsync(Period.From, cancellation);
        var gaps = await BookGaps.ReadAsync(Archive, Journals, Stream, new(first?.Micros ?? Period.From, Period.To), cancellation);
        if (first is not null && TryTakeOver(first, gaps))
            LoseIfBefore(Period.From);
        hasBegun = true;
        if (Current is not null)
        {
            Time.Know(Period.From, proven: false);
            yield return new(BookStepKind.Begin, Period.From);
        }

        await foreach (var (name, key) in Snapshots.ListAsync(Period, cancellation))
        {
            if (await Snapshots.LoadAsync(name, key, cancellation) is not { } next || !Period.Contains(next.Micros))
                continue;
            if (LoseIfBefore(next.Micros) is { } lost)
                yield return lost;
            if (TryTakeOver(next, gaps))
                yield return new(BookStepKind.Snapshot, next.Micros) { Snapshot = next };
        }

        if (LoseIfBefore(Period.To) is { } end)
            yield return end;
        if (Current is not null)
            Time.Advance(Period.To);
    }

    private bool TryTakeOver(StoredSnapshot snapshot, BookGaps gaps)
    {
        if (Snapshots.Open(snapshot, Profile) is not { } book)
            return false;
        lostAt = gaps.FirstAfter(snapshot.Micros); // the stored book itself is known even if others are missing at its time
        Load(snapshot, book);
        if (hasBegun)
            Time.Know(snapshot.Micros, proven: false);
        return true;
    }

    private BookStep? LoseIfBefore(long micros) => Current is not null && lostAt < micros ? Lose(lostAt) : null;
}
