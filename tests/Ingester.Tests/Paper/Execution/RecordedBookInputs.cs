using System.Globalization;
using System.Text.Json;
using Ingester.Core.Books;
using Ingester.Paper.Execution;
using Ingester.Reading.Books;
using Ingester.Reading.Merging;
using Ingester.Storage.Stores;

namespace Ingester.Tests.Paper.Execution;

/// <summary>Turns the steps of a recorded book into inputs of the simulator.</summary>
/// <param name="timeline">The book; it is read while this is called step by step.</param>
/// <param name="beginsProven">True if the book at the start of the period is proven.</param>
internal sealed class RecordedBookInputs(BookTimeline timeline, bool beginsProven)
{
    private long unprovenUntil = long.MinValue;
    private long last;

    /// <summary>The input of the step that the timeline returned last; null for a step that changes nothing.</summary>
    /// <exception cref="JsonException">The levels of a stored row are not readable.</exception>
    /// <exception cref="StoreException">The store did not return an object: another attempt may read it.</exception>
    public MarketInput? Create(in BookStep step)
    {
        if (step.Event.IsStoreFailure)
            throw new StoreException($"The book of {timeline.Stream} cannot be read: {step.Event.Note}", permanent: false);
        if (step.Kind != BookStepKind.Lost)
            last = step.Kind == BookStepKind.Diff && !Ingester.Deriving.Books.BookReplay.IsTimePlausible(step.Event) ? last : step.Micros;
        return step.Kind switch
        {
            BookStepKind.Begin => CreateSnapshot(beginsProven),
            BookStepKind.Snapshot => CreateSnapshot(timeline is NumberedBookTimeline || (timeline is TimedBookTimeline && step.Micros >= unprovenUntil)),
            BookStepKind.Diff => CreateChange(step.Event),
            BookStepKind.Lost => new DataDefect(MarketStream.Book, DefectKind.Gap, step.Micros, null, "The book is not known from here on until the next stored snapshot."),
            BookStepKind.Mark => CreateDoubt(step.Event),
            _ => null,
        };
    }

    private BookUpdate CreateSnapshot(bool isProven) => new(last, Levels(timeline.Book!.Bids.BestFirst), Levels(timeline.Book.Asks.BestFirst))
    {
        IsSnapshot = true,
        IsProven = isProven,
        BidHorizon = Number(timeline.Book.Bids.Horizon),
        AskHorizon = Number(timeline.Book.Asks.Horizon),
    };

    private BookUpdate CreateChange(in MarketEvent diff)
    {
        var row = BookRow.Read(diff.Row);
        return new(last, Levels(row.Bids, timeline.TrimmedBids), Levels(row.Asks, timeline.TrimmedAsks))
        {
            BidHorizon = Number(timeline.Book?.Bids.Horizon),
            AskHorizon = Number(timeline.Book?.Asks.Horizon),
        };
    }

    /// <summary>Ids prove a later diff; without ids, only the next snapshot ends a doubt.</summary>
    private DataDefect? CreateDoubt(in MarketEvent mark)
    {
        if (mark.Kind is not (MarketEventKind.Conflict or MarketEventKind.Unproven or MarketEventKind.Missing or MarketEventKind.Disputed) && mark is not { Kind: MarketEventKind.Unreadable, EndMicros: > 0 })
            return null;
        unprovenUntil = Math.Max(unprovenUntil, mark.EndMicros);
        var end = timeline is NumberedBookTimeline && mark.Kind != MarketEventKind.Conflict ? mark.EndMicros : (long?)null;
        return new(MarketStream.Book, DefectKind.Unproven, mark.Micros, end, $"Book: {mark.Note ?? "not proven"}.");
    }

    private static PriceLevel[] Levels(IEnumerable<BookLevel> levels) => [.. levels.Select(static level => new PriceLevel(Number(level.Price)!.Value, Number(level.Size)!.Value))];

    /// <summary>The levels of a row, and removals of those that the exchange no longer maintains.</summary>
    private static PriceLevel[] Levels(ReadOnlyMemory<byte> json, IEnumerable<BookLevel> trimmed)
    {
        using var levels = JsonDocument.Parse(json);
        return
        [
            .. levels.RootElement.EnumerateArray().Select(static level => new PriceLevel(Number(level[0].GetString()!), Number(level[1].GetString()!))),
            .. trimmed.Select(static level => new PriceLevel(Number(level.Price)!.Value, 0)),
        ];
    }

    private static decimal? Number(ExactDecimal? number) => number is { } known ? Number(known.ToString()) : null;

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
}
