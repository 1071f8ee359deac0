using System.Globalization;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Time;

namespace Ingester.Core.Journals;

/// <summary>Writes the lines of the <c>arrivals</c> dataset. <c>docs/layout.md</c> describes them.</summary>
internal static class ArrivalLineWriter
{
    /// <summary>Maximum number of events in one line; a longer batch has several lines.</summary>
    public const int MaxEventsPerLine = 10_000;

    /// <summary>Writes an estimate of the offset of the local clock.</summary>
    /// <param name="target">The target.</param>
    /// <param name="micros">The local clock, microseconds UTC.</param>
    /// <param name="source">The reference: <c>http-dates</c> or <c>exchange-times</c>.</param>
    /// <param name="offset">The estimate. An error of <see cref="long.MaxValue"/> is not known, and is not written.</param>
    public static void WriteClock(RowBuffer target, long micros, string source, ClockOffset offset)
    {
        var error = offset.ErrorMicros == long.MaxValue ? "" : string.Create(CultureInfo.InvariantCulture, $"\"error\":{offset.ErrorMicros},");
        target.Append(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"ts\":{micros},\"clock\":\"{source}\",\"offset\":{offset.Micros},{error}\"samples\":{offset.Samples}}}\n")));
    }

    /// <summary>Writes the lines of a batch. Returns their number.</summary>
    /// <param name="target">The target.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="isFirst">True for the first line of an object, which states the format.</param>
    public static int Write(RowBuffer target, ArrivalBatch batch, bool isFirst)
    {
        var (ids, received) = (batch.Times.Read(), batch.Times.Read());
        var (row, lines) = (0, 0);
        var (id, micros) = (0L, 0L); // of the event before
        for (; row < batch.Times.Count; lines++)
        {
            var count = Math.Min(MaxEventsPerLine, batch.Times.Count - row);
            WriteStart(target, batch, row, isFirst && row == 0);
            if (batch.Times.HasIds)
            {
                target.Append(",\"upto\":["u8);
                for (var index = 0; index < count && ids.MoveNext(); index++)
                    WriteNumber(target, index, index == 0 ? id += ids.IdDifference : Advance(ref id, ids.IdDifference));
                target.Append("]"u8);
            }

            target.Append(",\"received\":["u8);
            for (var index = 0; index < count && received.MoveNext(); index++)
                WriteNumber(target, index, index == 0 ? micros += received.MicrosDifference : Advance(ref micros, received.MicrosDifference));
            target.Append("]}\n"u8);
            row += count;
        }

        return lines;
    }

    private static long Advance(ref long value, long difference)
    {
        value += difference;
        return difference;
    }

    private static void WriteStart(RowBuffer target, ArrivalBatch batch, int row, bool isFirst)
    {
        var place = batch.Sha256 is { } sha256 ? string.Create(CultureInfo.InvariantCulture, $",\"sha256\":\"{sha256}\",\"row\":{row}") : "";
        var start = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"{{\"pair\":\"{JsonEncodedText.Encode(batch.Stream.Market)}\",\"dataset\":\"{batch.Stream.Dataset.Name()}\",\"window\":{batch.Window.StartMicros},\"minutes\":{batch.Window.Minutes}{place}"));
        if (isFirst)
            JournalFormat.WriteFirstRow(target, start);
        else
            target.Append(start);
    }

    private static void WriteNumber(RowBuffer target, int index, long number)
    {
        var room = target.GetSpan(NumberFormatter.RequiredBytes + 1);
        var length = 0;
        if (index > 0)
            room[length++] = (byte)',';
        target.Advance(length + NumberFormatter.Write(room[length..], number));
    }
}
