using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Keys;

/// <summary>The names of objects. The same segment has the same name on every replica: that collision is the deduplication.</summary>
internal static class ObjectKey
{
    /// <summary>How the name of every object ends.</summary>
    public const string Extension = ".json.gz";

    /// <summary>Where objects go whose name was taken by other bytes, when connections may differ.</summary>
    public const string Variants = "variants";

    /// <summary>Where objects go whose name was taken by other bytes, when they must not differ.</summary>
    public const string Divergent = "divergent";

    /// <summary>Where segments go that are not proven to hold all of their window.</summary>
    public const string Fragments = "fragments";

    /// <summary>How many hex digits of a hash stand in a name.</summary>
    public const int HashDigits = 16;

    /// <summary>The key of a segment. Without a prefix it begins with the dataset.</summary>
    public static string Segment(string prefix, SegmentName name)
    {
        var folder = name.Whole ? "" : Fragments + "/";
        var tail = name switch
        {
            { Range: { } range } => string.Create(CultureInfo.InvariantCulture, $"_{range.After}_{range.UpTo}"),
            { Content: { } content } => string.Create(CultureInfo.InvariantCulture, $"_n{content.Rows}_{content.Hash}"),
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"{Root(prefix)}{folder}{name.Stream.Dataset.Name()}/exchange={KeyText.Encode(name.Stream.Exchange)}/pair={KeyText.Encode(name.Stream.Market)}/{name.Window.Start:'year='yyyy'/month='MM'/day='dd'/'HHmm}-{name.Window.Minutes}m{tail}{Extension}");
    }

    /// <summary>The key of a whole book: the last id it contains, else its time, and the replica that took it.</summary>
    public static string Book(string prefix, SealedBook book, string replica) => string.Create(CultureInfo.InvariantCulture,
        $"{Root(prefix)}{Dataset.Snapshots.Name()}/exchange={KeyText.Encode(book.Stream.Exchange)}/pair={KeyText.Encode(book.Stream.Market)}/{Micros.ToDateTime(book.Micros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{book.UpTo ?? book.Micros}_{KeyText.Encode(replica)}{Extension}");

    /// <summary>The key of one part of a journal; the first part of a minute carries no number.</summary>
    public static string Journal(StorageIdentity identity, JournalName name)
    {
        var part = name.Part == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{name.Part}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{Root(identity.Prefix)}{name.Dataset.Name()}/exchange={KeyText.Encode(name.Exchange)}/{Micros.ToDateTime(name.MinuteMicros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{KeyText.Encode(identity.Replica)}_{identity.ProcessStartMicros}{part}{Extension}");
    }

    /// <summary>The key beside a taken one: below <paramref name="folder"/>, with the hash of the other bytes in the name.</summary>
    public static string Aside(string prefix, string folder, string key, string sha256) =>
        $"{Root(prefix)}{folder}/{key[Root(prefix).Length..^Extension.Length]}_{sha256[..HashDigits]}{Extension}";

    /// <summary>What every key begins with: the prefix and a slash, or nothing.</summary>
    public static string Root(string prefix) => prefix.Length == 0 ? "" : prefix + "/";
}
