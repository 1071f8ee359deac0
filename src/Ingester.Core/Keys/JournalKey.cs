using System.Globalization;
using Ingester.Core.Markets;

namespace Ingester.Core.Keys;

/// <summary>The parts of the key of a journal object.</summary>
/// <param name="Part">The dataset, exchange, minute and number.</param>
/// <param name="Replica">The replica that wrote it.</param>
/// <param name="ProcessStartMicros">Start of that replica's process, microseconds UTC. Rows of a later process are more recent.</param>
internal sealed record JournalKey(JournalPartId Part, string Replica, long ProcessStartMicros)
{
    /// <summary>Parses a key; false if it is not the key of a journal object.</summary>
    public static bool TryParse(string prefix, string key, out JournalKey name)
    {
        name = null!;
        var root = ObjectKey.Root(prefix);
        if (!key.StartsWith(root, StringComparison.Ordinal) || !key.EndsWith(ObjectKey.Extension, StringComparison.Ordinal))
            return false;
        var folders = key[root.Length..^ObjectKey.Extension.Length].Split('/');
        if (folders.Length != 6 || !DatasetNames.TryParse(folders[0], out var dataset)
            || dataset is not (Dataset.Gaps or Dataset.Coverage or Dataset.Quarantine or Dataset.Instruments or Dataset.Arrivals)
            || KeyEncoding.DecodeLabel(folders[1], "exchange=") is not { } exchange)
            return false;
        var file = folders[5];
        var (first, last) = (file.IndexOf('_'), file.LastIndexOf('_'));
        if (first <= 0 || last <= first + 1 || KeyTime.ParseMinute(folders.AsSpan(2, 3), file[..first]) is not { } micros)
            return false;
        var numbers = file[(last + 1)..].Split('-');
        var part = 1;
        if (numbers.Length > 2 || !long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            || (numbers.Length == 2 && !int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out part)))
            return false;
        name = new(new(dataset, exchange, micros, part), Uri.UnescapeDataString(file[(first + 1)..last]), start);
        return true;
    }
}
