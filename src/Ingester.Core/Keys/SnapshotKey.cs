using System.Globalization;
using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>The parts of a snapshot's key.</summary>
/// <param name="Stream">The depth stream of the snapshot.</param>
/// <param name="MinuteMicros">The minute of the snapshot's time, microseconds UTC.</param>
/// <param name="LastIdOrMicros">The last id that the snapshot contains; if the exchange has no ids, its time in microseconds UTC.</param>
/// <param name="Replica">The replica that stored it.</param>
internal sealed record SnapshotKey(StreamId Stream, long MinuteMicros, long LastIdOrMicros, string Replica)
{
    /// <summary>Parses a key; false if it is not the key of a snapshot.</summary>
    public static bool TryParse(string prefix, string key, out SnapshotKey name)
    {
        name = null!;
        var root = ObjectKey.Root(prefix);
        if (!key.StartsWith(root, StringComparison.Ordinal) || !key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal))
            return false;
        var folders = key[root.Length..^ObjectKey.Extension.Length].Split('/');
        if (folders.Length != 7 || folders[0] != Dataset.Snapshots.Name() || KeyEncoding.DecodeLabel(folders[1], "exchange=") is not { } exchange
            || KeyEncoding.DecodeLabel(folders[2], "pair=") is not { } market || folders[6].Split('_', 3) is not [var minute, var number, { Length: > 0 } replica]
            || KeyTime.ParseMinute(folders.AsSpan(3, 3), minute) is not { } micros
            || !long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return false;
        name = new(new(Dataset.Depth, exchange, market), micros, value, Uri.UnescapeDataString(replica));
        return true;
    }
}
