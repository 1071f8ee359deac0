using System.Globalization;
using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>What the key of a whole book says.</summary>
/// <param name="Stream">The depth stream that the book belongs to.</param>
/// <param name="MinuteMicros">The minute of its time.</param>
/// <param name="Number">The last id that it contains; where the exchange has no sequence its time, in microseconds UTC.</param>
/// <param name="Replica">The replica that took it.</param>
internal sealed record BookName(StreamId Stream, long MinuteMicros, long Number, string Replica)
{
    /// <summary>Reads a key back; false for every other kind of object.</summary>
    public static bool TryParse(string prefix, string key, out BookName name)
    {
        name = null!;
        var root = ObjectKey.Root(prefix);
        if (!key.StartsWith(root, StringComparison.Ordinal) || !key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal))
            return false;
        var folders = key[root.Length..^ObjectKey.Extension.Length].Split('/');
        if (folders.Length != 7 || folders[0] != Dataset.Snapshots.Name() || KeyText.Value(folders[1], "exchange=") is not { } exchange
            || KeyText.Value(folders[2], "pair=") is not { } market || folders[6].Split('_', 3) is not [var minute, var number, { Length: > 0 } replica]
            || KeyTime.Read(folders.AsSpan(3, 3), minute) is not { } micros
            || !long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return false;
        name = new(new(Dataset.Depth, exchange, market), micros, value, Uri.UnescapeDataString(replica));
        return true;
    }
}
