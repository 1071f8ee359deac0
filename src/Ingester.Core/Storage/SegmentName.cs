using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;

namespace Ingester.Core.Storage;

/// <summary>What the key of a segment says, so that a listing alone tells what is stored.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Window">The window.</param>
/// <param name="Range">The sequence that it covers; null where the exchange has none.</param>
/// <param name="Whole">True when it holds all of its window; false for a fragment.</param>
/// <param name="Content">What tells fragments without a sequence apart; null for every other segment.</param>
internal sealed record SegmentName(StreamId Stream, Window Window, SequenceRange? Range, bool Whole, SegmentContent? Content = null)
{
    /// <summary>The name of a sealed segment whose uncompressed rows have this hash.</summary>
    public static SegmentName Of(SealedSegment segment, string sha256) =>
        new(segment.Stream, segment.Window, segment.Range, segment.Whole,
            segment.Whole || segment.Range is not null ? null : new(segment.Count, sha256[..ObjectKey.HashDigits]));

    /// <summary>Reads a key back; false for every other kind of object, and for a text that no segment would be named.</summary>
    public static bool TryParse(string prefix, string key, out SegmentName name)
    {
        name = null!;
        var root = ObjectKey.Root(prefix);
        if (!key.StartsWith(root, StringComparison.Ordinal) || !key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal))
            return false;
        var folders = key[root.Length..].Split('/');
        var whole = folders[0] != ObjectKey.Fragments;
        if (!whole)
            folders = folders[1..];
        if (folders.Length != 7 || !TryStream(folders, out var stream) || Parse(folders, stream, whole) is not { } parsed)
            return false;

        // A number can be written in many ways and a date in some: only the one that we would write is a key.
        name = parsed;
        return ObjectKey.Segment(prefix, parsed) == key;
    }

    private static bool TryStream(string[] folders, out StreamId stream)
    {
        stream = null!;
        if (!DatasetNames.TryParse(folders[0], out var dataset) || !dataset.IsStreamed()
            || KeyText.Value(folders[1], "exchange=") is not { } exchange || KeyText.Value(folders[2], "pair=") is not { } market)
            return false;
        stream = new(dataset, exchange, market);
        return true;
    }

    private static SegmentName? Parse(string[] folders, StreamId stream, bool whole)
    {
        var parts = folders[6][..^ObjectKey.Extension.Length].Split('_');
        var time = parts[0].Split('-');
        if (time.Length != 2 || !time[1].EndsWith('m') || !int.TryParse(time[1][..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
            || minutes == 0 || minutes > 60 || 60 % minutes != 0
            || !DateTime.TryParseExact($"{folders[3]}/{folders[4]}/{folders[5]}/{time[0]}", "'year='yyyy'/month='MM'/day='dd'/'HHmm",
                CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var start))
            return null;
        var window = Window.Of(Micros.From(start), minutes);
        if (whole && parts.Length == 1)
            return new(stream, window, null, Whole: true);
        if (parts.Length != 3)
            return null;
        if (Number(parts[1]) is { } after && Number(parts[2]) is { } upTo && after <= upTo)
            return new(stream, window, new(after, upTo), whole);
        return !whole && parts[1].StartsWith('n') && int.TryParse(parts[1][1..], NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            && parts[2].Length == ObjectKey.HashDigits && parts[2].All(char.IsAsciiHexDigitLower)
            ? new(stream, window, null, Whole: false, new(rows, parts[2]))
            : null;
    }

    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
