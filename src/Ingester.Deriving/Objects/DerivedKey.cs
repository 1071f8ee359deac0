using System.Globalization;
using Ingester.Core.Keys;
using Ingester.Core.Time;

namespace Ingester.Deriving.Objects;

/// <summary>The parts of the key of a derived object.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="Window">The span of the object: a minute, or an hour of compacted minutes.</param>
/// <param name="Revision">1 for the first; a higher revision replaces a lower one.</param>
/// <param name="Extension">The file extension with its dot.</param>
internal sealed record DerivedKey(DerivedDataset Dataset, string Exchange, Window Window, int Revision, string Extension)
{
    /// <summary>The folder of all derived objects.</summary>
    public const string Folder = "derived";

    /// <summary>Extension of minute objects.</summary>
    public const string Rows = ObjectKey.Extension;

    /// <summary>Extension of hour objects.</summary>
    public const string Parquet = ".parquet";

    /// <summary>Extension of hour objects in Avro.</summary>
    public const string Avro = ".avro";

    private const int HourMinutes = 60;

    /// <summary>The key.</summary>
    public string ToString(string prefix)
    {
        var time = Window.Start.ToString(Window.Minutes == HourMinutes ? "HH" : "HHmm", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{Day(prefix, Dataset, Exchange, Window.Start)}{time}_r{Revision}{Extension}");
    }

    /// <summary>The prefix of all keys of a day.</summary>
    public static string Day(string prefix, DerivedDataset dataset, string exchange, DateTime day) => string.Create(CultureInfo.InvariantCulture,
        $"{ObjectKey.Root(prefix)}{Folder}/{dataset.Name()}/exchange={KeyEncoding.Encode(exchange)}/{day:'year='yyyy'/month='MM'/day='dd'/'}");

    /// <summary>Parses the name of an object of a day; null for any other name.</summary>
    public static DerivedKey? Parse(DerivedDataset dataset, string exchange, DateTime day, string file)
    {
        var dot = file.IndexOf('.', StringComparison.Ordinal);
        var mark = file.IndexOf("_r", StringComparison.Ordinal);
        if (mark is not (2 or 4) || dot < mark || file[dot..] is not (Rows or Parquet or Avro)
            || !int.TryParse(file.AsSpan(mark + 2, dot - mark - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) || revision < 1
            || !TimeSpan.TryParseExact(file.AsSpan(0, mark), mark == 4 ? "hhmm" : "hh", CultureInfo.InvariantCulture, out var time) || (mark == 4) != (file[dot..] == Rows))
            return null;
        return new(dataset, exchange, new(Micros.From(new DateTimeOffset(day.Date + time, TimeSpan.Zero)), mark == 4 ? 1 : HourMinutes), revision, file[dot..]);
    }
}
