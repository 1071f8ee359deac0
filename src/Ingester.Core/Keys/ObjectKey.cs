using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Time;

namespace Ingester.Core.Keys;

/// <summary>Builds object keys. A segment has the same key on every replica: that collision is the deduplication.</summary>
internal static class ObjectKey
{
    /// <summary>File extension of every object.</summary>
    public const string Extension = ".json.gz";

    /// <summary>Folder for rows whose key holds different rows, where rows of different connections may differ.</summary>
    public const string Variants = "variants";

    /// <summary>Folder for rows whose key holds different rows although they must be identical.</summary>
    public const string Divergent = "divergent";

    /// <summary>Folder for segments that are not proven to hold their window completely.</summary>
    public const string Fragments = "fragments";

    /// <summary>Number of hex digits of a hash in a key.</summary>
    public const int HashDigits = 16;

    /// <summary>The key of a segment. If the prefix is empty, the key begins with the dataset.</summary>
    public static string Segment(string prefix, SegmentKey name)
    {
        var folder = name.IsWhole ? "" : Fragments + "/";
        var tail = name switch
        {
            { Range: { } range } => string.Create(CultureInfo.InvariantCulture, $"_{range.After}_{range.UpTo}"),
            { Content: { } content } => string.Create(CultureInfo.InvariantCulture, $"_n{content.RowCount}_{content.Hash}"),
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"{Root(prefix)}{folder}{name.Stream.Dataset.Name()}/exchange={KeyEncoding.Encode(name.Stream.Exchange)}/pair={KeyEncoding.Encode(name.Stream.Market)}/{name.Window.Start:'year='yyyy'/month='MM'/day='dd'/'HHmm}-{name.Window.Minutes}m{tail}{Extension}");
    }

    /// <summary>
    /// The key of a snapshot. It contains the last id of the snapshot (its time if there are no ids) and the replica that stored it.
    /// </summary>
    public static string Snapshot(string prefix, SealedSnapshot book, string replica) => string.Create(CultureInfo.InvariantCulture,
        $"{Root(prefix)}{Dataset.Snapshots.Name()}/exchange={KeyEncoding.Encode(book.Stream.Exchange)}/pair={KeyEncoding.Encode(book.Stream.Market)}/{Micros.ToDateTime(book.Micros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{book.LastId ?? book.Micros}_{KeyEncoding.Encode(replica)}{Extension}");

    /// <summary>The key of one part of a journal. The first part of a minute has no number.</summary>
    public static string Journal(ReplicaIdentity identity, JournalPartId name)
    {
        var part = name.Number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{name.Number}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{Root(identity.Prefix)}{name.Dataset.Name()}/exchange={KeyEncoding.Encode(name.Exchange)}/{Micros.ToDateTime(name.MinuteMicros):'year='yyyy'/month='MM'/day='dd'/'HHmm}_{KeyEncoding.Encode(identity.Replica)}_{identity.ProcessStartMicros}{part}{Extension}");
    }

    /// <summary>The key of the coverage that says which segments of a stream and day have expired.</summary>
    public static string Expired(string prefix, StreamId stream, DateTime day) =>
        $"{KeyFolder.Expired(prefix, stream.Dataset, stream.Exchange, day)}{KeyEncoding.Encode(stream.Market)}{Extension}";

    /// <summary>
    /// The alternative key for rows whose own key holds different rows: below <paramref name="folder"/>, with the hash of the rows in the name.
    /// </summary>
    public static string Alternative(string prefix, string folder, string key, string sha256) =>
        $"{Root(prefix)}{folder}/{key[Root(prefix).Length..^Extension.Length]}_{sha256[..HashDigits]}{Extension}";

    /// <summary>The prefix with a trailing slash; empty for an empty prefix.</summary>
    public static string Root(string prefix) => prefix.Length == 0 ? "" : prefix + "/";
}
