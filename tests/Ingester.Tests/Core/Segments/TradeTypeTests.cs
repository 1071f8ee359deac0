using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Rows;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Reading.Objects;

namespace Ingester.Tests.Core.Segments;

/// <summary>The field that tells trades that are no market trades.</summary>
public sealed class TradeTypeTests
{
    [Theory]
    [InlineData("", """{"id":"7","ts":5,"side":"sell","price":"0","size":"0"}""")]
    [InlineData("NA", """{"id":"7","ts":5,"side":"sell","price":"0","size":"0","type":"NA"}""")]
    [InlineData("INSURANCE_FUND", """{"id":"7","ts":5,"side":"sell","price":"0","size":"0","type":"INSURANCE_FUND"}""")]
    [InlineData("a\\\"}\\n\\u00e9", """{"id":"7","ts":5,"side":"sell","price":"0","size":"0","type":"a\"}\n\u00e9"}""")]
    public void Mark_is_the_last_field_of_the_row_and_is_read_back(string type, string row)
    {
        using var rows = new RowBuffer();
        RowWriter.WriteTrade(rows, new() { Id = "7"u8, Micros = 5, Price = "0"u8, Size = "0"u8, TakerSells = true, Type = Encoding.UTF8.GetBytes(type) });
        var written = new byte[rows.Length];
        rows.CopyTo(written);
        Assert.Equal(row + "\n", Encoding.UTF8.GetString(written));
        JsonDocument.Parse(written).Dispose();
        var read = RowWriter.ReadTrade(new(SequenceRange.One(7), new(5, TimeMark.None, 5, IsConfirmed: true, IsPlausible: true), IsReplayed: false, written, Hash: 0));
        Assert.Equal((type, "0", "0", "7"), (Text(read.Type), Text(read.Size), Text(read.Price), Text(read.Id)));
        Assert.Equal((5, new SequenceRange(6, 7)), RowHeader.Read(Dataset.Trades, written.AsMemory(0, written.Length - 1)) is var head ? (head.Micros, head.Range) : default);
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
