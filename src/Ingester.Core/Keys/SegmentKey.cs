using System.Buffers;
using System.Globalization;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;

namespace Ingester.Core.Keys;

/// <summary>The parts of a segment's key, as <see cref="ObjectKey.Segment"/> writes them. A listing is enough to know which segments are stored.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Window">The window.</param>
/// <param name="Range">The ids that it covers; null if the exchange has none.</param>
/// <param name="IsWhole">True if the segment holds its window completely; false for a fragment.</param>
/// <param name="Content">Distinguishes fragments without ids; null for every other segment.</param>
internal sealed record SegmentKey(StreamId Stream, Window Window, SequenceRange? Range, bool IsWhole, FragmentContent? Content = null)
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The key of a sealed segment whose uncompressed rows have this hash.</summary>
    public static SegmentKey Of(in SealedSegment segment, string sha256) =>
        new(segment.Stream, segment.Window, segment.Range, segment.IsWhole,
            segment.IsWhole || segment.Range is not null ? null : new(segment.Count, sha256[..ObjectKey.HashDigits]));

    /// <summary>Parses a key; false if it is not a key that <see cref="ObjectKey.Segment"/> would build.</summary>
    public static bool TryParse(string prefix, string key, out SegmentKey name)
    {
        name = null!;
        var (root, end) = (ObjectKey.Root(prefix), key.LastIndexOf('/') + 1);
        if (end <= root.Length || !key.StartsWith(root, StringComparison.Ordinal))
            return false;
        var folders = key[root.Length..(end - 1)].Split('/');
        var whole = folders[0] != ObjectKey.Fragments;
        if (!whole)
            folders = folders[1..];
        if (folders.Length != 6 || !TryParseStream(folders, out var stream) || KeyTime.ParseMinute(folders.AsSpan(3), "0000") is not { } day)
            return false;

        // A date has several notations: only the one that keys use is valid.
        var folder = new SegmentFolder(stream, Micros.ToDateTime(day), whole);
        return key.AsSpan(0, end).SequenceEqual(folder.KeyPrefix(prefix)) && TryParse(folder, key.AsSpan(end), out name);
    }

    /// <summary>Parses a file name in a known folder. Faster than parsing the key, because a listing has thousands of files per folder.</summary>
    public static bool TryParse(in SegmentFolder folder, ReadOnlySpan<char> file, out SegmentKey name)
    {
        name = null!;
        if (!file.EndsWith(ObjectKey.Extension, StringComparison.Ordinal))
            return false;
        file = file[..^ObjectKey.Extension.Length];
        var end = file.IndexOf('_');
        if (ParseWindow(folder.Day, end < 0 ? file : file[..end]) is not { } window)
            return false;
        if (end < 0)
        {
            name = new(folder.Stream, window, null, IsWhole: true);
            return folder.IsWhole;
        }

        var tail = file[(end + 1)..];
        var middle = tail.IndexOf('_');
        if (middle < 0)
            return false;
        var first = tail[..middle];
        var last = tail[(middle + 1)..];
        if (ParseNumber(first) is { } after && ParseNumber(last) is { } upTo && after <= upTo)
            name = new(folder.Stream, window, new(after, upTo), folder.IsWhole);
        else if (!folder.IsWhole && first.StartsWith('n') && ParseNumber(first[1..]) is { } rows and >= 0 and <= int.MaxValue
            && last.Length == ObjectKey.HashDigits && !last.ContainsAnyExcept(HexDigits))
            name = new(folder.Stream, window, null, IsWhole: false, new((int)rows, last.ToString()));
        return name is not null;
    }

    private static bool TryParseStream(string[] folders, out StreamId stream)
    {
        stream = null!;
        if (!DatasetNames.TryParse(folders[0], out var dataset) || !dataset.IsStreamed()
            || KeyEncoding.DecodeLabel(folders[1], "exchange=") is not { } exchange || KeyEncoding.DecodeLabel(folders[2], "pair=") is not { } market)
            return false;
        stream = new(dataset, exchange, market);
        return true;
    }

    /// <summary><c>HHmm-{minutes}m</c>.</summary>
    private static Window? ParseWindow(DateTime day, ReadOnlySpan<char> text)
    {
        if (text.Length < 7 || text[4] != '-' || text[^1] != 'm' || text[..4].ContainsAnyExceptInRange('0', '9')
            || ParseNumber(text[5..^1]) is not { } minutes || minutes is < 1 or > 60 || 60 % minutes != 0)
            return null;
        var (hour, minute) = (int.Parse(text[..2], CultureInfo.InvariantCulture), int.Parse(text[2..4], CultureInfo.InvariantCulture));
        return hour < 24 && minute < 60 && minute % minutes == 0
            ? new(Micros.From(new DateTimeOffset(day, TimeSpan.Zero)) + (hour * 60 + minute) * Window.MicrosPerMinute, (int)minutes)
            : null;
    }

    /// <summary>Parses a number. A number has several notations: only the one that keys use is valid.</summary>
    private static long? ParseNumber(ReadOnlySpan<char> text)
    {
        var digits = text.StartsWith('-') ? text[1..] : text;
        return digits.Length > 0 && (digits[0] is >= '1' and <= '9' || text is "0")
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
