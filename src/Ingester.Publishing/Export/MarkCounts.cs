using System.Globalization;
using Ingester.Core.Time;
using Ingester.Reading.Merging;

namespace Ingester.Publishing.Export;

/// <summary>Counts the marks of a merge, and describes the first ones.</summary>
internal sealed class MarkCounts
{
    /// <summary>The kind of a mark that is no loss: the exchange began its numbering again.</summary>
    public const string Reset = "reset";

    private const int MaxNotes = 20;

    private readonly SortedDictionary<string, long> counts = new(StringComparer.Ordinal);
    private readonly List<string> notes = [];
    private int more;

    /// <summary>The number of marks by kind.</summary>
    public IReadOnlyDictionary<string, long> Counts => counts;

    /// <summary>The first marks as sentences.</summary>
    public IReadOnlyList<string> Notes => more == 0 ? notes : [.. notes, string.Create(CultureInfo.InvariantCulture, $"{more} more marks.")];

    /// <summary>The object that the store did not return, as a sentence; null if there is none. The export may succeed later.</summary>
    public string? StoreFailure { get; private set; }

    /// <summary>Adds a mark.</summary>
    public void Add(in MarketEvent mark)
    {
        if (mark.IsStoreFailure)
            StoreFailure ??= mark.Note;
        Add(KindName(mark.Kind), Describe(mark));
    }

    /// <summary>Adds an object or a row that cannot be used.</summary>
    /// <param name="sentence">The object and the reason.</param>
    /// <param name="isStoreFailure">True if the store did not return it.</param>
    public void AddUnreadable(string sentence, bool isStoreFailure = false)
    {
        if (isStoreFailure)
            StoreFailure ??= sentence;
        Add(KindName(MarketEventKind.Unreadable), sentence);
    }

    private static string KindName(MarketEventKind kind) => kind switch
    {
        MarketEventKind.Gap => "gap",
        MarketEventKind.Reset => Reset,
        MarketEventKind.Unproven => "unproven",
        MarketEventKind.Missing => "missing",
        MarketEventKind.Disputed => "disputed",
        MarketEventKind.Conflict => "conflict",
        _ => "unreadable",
    };

    private static string Describe(in MarketEvent mark) => mark.Kind switch
    {
        MarketEventKind.Gap => $"{Ids(mark)} is missing before {Time(mark.Micros)}.",
        MarketEventKind.Unreadable => mark.Note!,
        MarketEventKind.Conflict => $"Another row with the ids {Ids(mark)} has different content.",
        MarketEventKind.Reset => $"The exchange began its numbering again at {Time(mark.Micros)}.",
        _ => $"From {Time(mark.Micros)} to {Time(mark.EndMicros)}: {mark.Note}.",
    };

    private static string Ids(in MarketEvent mark) => string.Create(CultureInfo.InvariantCulture, $"({mark.Range?.After}, {mark.Range?.UpTo}]");

    private static string Time(long micros) => Micros.ToDateTime(micros).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture);

    private void Add(string kind, string sentence)
    {
        counts[kind] = counts.GetValueOrDefault(kind) + 1;
        if (notes.Count < MaxNotes)
            notes.Add(sentence);
        else
            more++;
    }
}
