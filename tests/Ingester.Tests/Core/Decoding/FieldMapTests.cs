using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Json;

namespace Ingester.Tests.Core.Decoding;

public sealed class FieldMapTests
{
    [Fact]
    public void Listed_fields_are_read_with_their_digits_and_others_are_skipped()
    {
        var map = new FieldMap { { "s", Field.Symbol }, { "t", Field.Sequence }, { "p", Field.Price }, { "q", Field.Size }, { "S", Field.TakerSide }, { "T", Field.Milliseconds } };
        var values = default(FieldValues);
        Read(map, """{"x":[{"p":1}],"s":"BTC-USD","t":"0007","p":"1.50","q":2e-8,"S":"Sell","T":1761350400123,"y":null}""", ref values);
        var trade = values.ToTrade();
        Assert.Equal(("BTC-USD", "0007", "1.50", "2e-8"), (Text(trade.Symbol), Text(trade.Id), Text(trade.Price), Text(trade.Size)));
        Assert.Equal((6, 7, 1_761_350_400_123_000), (trade.Range!.Value.After, trade.Range.Value.UpTo, trade.Micros));
        Assert.True(trade.TakerSells);
    }

    [Theory]
    [InlineData("""{"p":"1"}""", "s")]
    [InlineData("""{"s":"X"}""", "p")]
    [InlineData("{}", "s")]
    [InlineData("""{"P":"1","S":"X"}""", "s")]
    public void First_required_field_that_is_missing_is_named(string frame, string name)
    {
        var map = new FieldMap { { "s", Field.Symbol }, { "p", Field.Price, true }, { "q", Field.Size, false } };
        var fault = Assert.Throws<JsonException>(() => Read(map, frame));
        Assert.Contains($"The field '{name}' is missing", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"q":null}""")]
    [InlineData("""{"q": null , "z":1}""")]
    [InlineData("{}")]
    public void Null_or_missing_optional_field_keeps_the_value_of_the_envelope(string frame)
    {
        var map = new FieldMap { { "q", Field.Size, false }, { "t", Field.Milliseconds, false } };
        var values = new FieldValues { Size = "3"u8, Micros = 5 };
        Read(map, frame, ref values);
        Assert.Equal(("3", 5), (Text(values.Size), values.Micros!.Value));
    }

    [Fact]
    public void Required_field_with_null_or_a_word_that_begins_like_null_is_rejected()
    {
        Assert.Throws<JsonException>(() => Read(new() { { "p", Field.Price } }, """{"p":null}"""));
        Assert.Throws<JsonException>(() => Read(new() { { "p", Field.Price, false } }, """{"p":nul}"""));
        Assert.Throws<JsonException>(() => Read(new() { { "p", Field.Price, false } }, """{"p":none}"""));
    }

    [Theory]
    [InlineData("""{"p":"1","is_internal":true}""", "is_internal")]
    [InlineData("""{"p":"1","is_internal":false}""", "")]
    [InlineData("""{"p":"1"}""", "")]
    public void Flag_that_is_true_gives_its_name_as_the_type_of_the_trade(string frame, string type)
    {
        var values = default(FieldValues);
        Read(new() { { "p", Field.Price }, { "is_internal", Field.TypeFlag, false } }, frame, ref values);
        Assert.Equal(type, Text(values.Type));
    }

    [Theory]
    [InlineData("\"buy\"", false)]
    [InlineData("\"BUY\"", false)]
    [InlineData("\"B\"", false)]
    [InlineData("\"b\"", false)]
    [InlineData("\"sell\"", true)]
    [InlineData("\"Sell\"", true)]
    [InlineData("\"s\"", true)]
    [InlineData("\"S\"", true)]
    public void Side_is_a_word_in_any_case_or_its_first_letter(string side, bool sells)
    {
        Assert.Equal(sells, TakerSells(Field.TakerSide, side));
        Assert.Equal(!sells, TakerSells(Field.MakerSide, side));
    }

    [Theory]
    [InlineData("\"ask\"")]
    [InlineData("\"sells\"")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("true")]
    public void Side_of_another_word_is_refused(string side)
    {
        Assert.Throws<JsonException>(() => TakerSells(Field.TakerSide, side));
        Assert.Throws<JsonException>(() => TakerSells(Field.MakerSide, side));
    }

    [Theory]
    [InlineData("\"ask\"", true)]
    [InlineData("\"A\"", true)]
    [InlineData("\"Bid\"", false)]
    [InlineData("\"b\"", false)]
    public void Order_of_the_taker_is_a_bid_or_an_ask(string side, bool sells)
    {
        Assert.Equal(sells, TakerSells(Field.TakerOrder, side));
        Assert.Throws<JsonException>(() => TakerSells(Field.TakerOrder, "\"sell\""));
    }

    [Fact]
    public void Buyer_that_is_the_maker_means_that_the_taker_sold()
    {
        Assert.True(TakerSells(Field.BuyerIsMaker, "true"));
        Assert.False(TakerSells(Field.BuyerIsMaker, "false"));
        Assert.Throws<JsonException>(() => TakerSells(Field.BuyerIsMaker, "\"true\""));
    }

    [Theory]
    [InlineData("-0.50", "0.50", true)]
    [InlineData("\"-0.50\"", "0.50", true)]
    [InlineData("0.50", "0.50", false)]
    [InlineData("\"12e-3\"", "12e-3", false)]
    public void Sign_of_a_size_is_the_side_and_no_part_of_it(string text, string size, bool sells)
    {
        var values = default(FieldValues);
        Read(new() { { "v", Field.SignedSize } }, $$"""{"v":{{text}}}""", ref values);
        Assert.Equal((size, sells), (Text(values.Size), values.TakerSells!.Value));
    }

    [Theory]
    [InlineData("0", 0u)]
    [InlineData("\"4294967295\"", uint.MaxValue)]
    [InlineData("4294967295", uint.MaxValue)]
    [InlineData("-1", uint.MaxValue)]
    [InlineData("-2147483648", 0x8000_0000u)]
    public void Checksum_is_an_unsigned_or_a_signed_number_of_32_bits(string text, uint sum)
    {
        var values = default(FieldValues);
        Read(new() { { "c", Field.Checksum } }, $$"""{"c":{{text}}}""", ref values);
        Assert.Equal(sum, values.ToDepth().Checksum);
    }

    [Theory]
    [InlineData("4294967296")]
    [InlineData("-2147483649")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("99999999999999999999")]
    public void Checksum_of_more_bits_or_with_a_fraction_is_refused(string text) =>
        Assert.Throws<JsonException>(() => Read(new() { { "c", Field.Checksum } }, $$"""{"c":{{text}}}"""));

    [Theory]
    [InlineData(nameof(Field.Seconds), "1761350400", 1_761_350_400_000_000)]
    [InlineData(nameof(Field.Seconds), "\"1761350400.5\"", 1_761_350_400_500_000)]
    [InlineData(nameof(Field.Seconds), "1761350400.1234569", 1_761_350_400_123_456)]
    [InlineData(nameof(Field.Milliseconds), "1761350400123", 1_761_350_400_123_000)]
    [InlineData(nameof(Field.Milliseconds), "\"1761350400123.4567\"", 1_761_350_400_123_456)]
    [InlineData(nameof(Field.Milliseconds), "1761350400123.04", 1_761_350_400_123_040)]
    [InlineData(nameof(Field.Microseconds), "\"1761350400123456\"", 1_761_350_400_123_456)]
    [InlineData(nameof(Field.Microseconds), "1761350400123456.9", 1_761_350_400_123_456)]
    [InlineData(nameof(Field.Nanoseconds), "1761350400123456999", 1_761_350_400_123_456)]
    [InlineData(nameof(Field.Nanoseconds), "\"1761350400123456999\"", 1_761_350_400_123_456)]
    [InlineData(nameof(Field.UtcTime), "\"2025-10-25T00:00:00.123456Z\"", 1_761_350_400_123_456)]
    [InlineData(nameof(Field.Seconds), "253402300799", 253_402_300_799_000_000)]
    [InlineData(nameof(Field.Seconds), "0", 0)]
    public void Time_is_read_exactly_in_the_unit_of_the_field(string field, string text, long micros)
    {
        var values = default(FieldValues);
        Read(new() { { "t", Enum.Parse<Field>(field) } }, $$"""{"t":{{text}}}""", ref values);
        Assert.Equal(micros, values.Micros);
    }

    [Theory]
    [InlineData(nameof(Field.Seconds), "253402300800")]
    [InlineData(nameof(Field.Seconds), "1761350400123")]
    [InlineData(nameof(Field.Seconds), "9223372036854775807")]
    [InlineData(nameof(Field.Milliseconds), "253402300800000")]
    [InlineData(nameof(Field.Milliseconds), "9223372036854775807")]
    [InlineData(nameof(Field.Microseconds), "253402300800000000")]
    [InlineData(nameof(Field.Nanoseconds), "9223372036854775808")]
    [InlineData(nameof(Field.Seconds), "-1")]
    [InlineData(nameof(Field.Seconds), "-0.5")]
    [InlineData(nameof(Field.Seconds), "1e9")]
    [InlineData(nameof(Field.Seconds), "1.5e9")]
    [InlineData(nameof(Field.Seconds), "\"\"")]
    [InlineData(nameof(Field.UtcTime), "\"2025-10-25 00:00:00\"")]
    [InlineData(nameof(Field.UtcTime), "1761350400")]
    public void Time_that_is_too_large_negative_or_of_another_form_is_refused(string field, string text) =>
        Assert.Throws<JsonException>(() => Read(new() { { "t", Enum.Parse<Field>(field) } }, $$"""{"t":{{text}}}"""));

    [Theory]
    [InlineData("1", 9, 10)]
    [InlineData("\"3\"", 7, 10)]
    public void Count_of_trades_ends_at_their_last_id(string count, long after, long upTo)
    {
        var values = default(FieldValues);
        Read(new() { { "t", Field.Sequence }, { "n", Field.Count, false } }, $$"""{"n":{{count}},"t":10}""", ref values);
        Assert.Equal(new(after, upTo), values.TradeRange);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2147483648")]
    [InlineData("1.0")]
    public void Count_that_is_not_a_positive_number_is_refused(string count) =>
        Assert.Throws<JsonException>(() => Read(new() { { "n", Field.Count } }, $$"""{"n":{{count}}}"""));

    [Theory]
    [InlineData("\"2b1c-77\"", "2b1c-77")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    public void Id_that_only_names_a_trade_has_any_size_and_no_range(string text, string id)
    {
        var values = default(FieldValues);
        Read(new() { { "i", Field.Id } }, $$"""{"i":{{text}}}""", ref values);
        Assert.Equal((id, null), (Text(values.Id), values.TradeRange));
    }

    [Fact]
    public void Ids_levels_and_checksum_of_a_diff_are_read_in_the_format_of_the_map()
    {
        var map = new FieldMap(LevelFormat.Objects("p", "q")) { { "U", Field.FirstId }, { "u", Field.LastId }, { "pu", Field.PreviousId }, { "b", Field.Bids }, { "a", Field.Asks } };
        var values = default(FieldValues);
        Read(map, """{"U":"5","u":7,"pu":4,"b":[{"p":1.5,"q":"2"}],"a":[]}""", ref values);
        Assert.Equal((5, 7, 4), (values.FirstId!.Value, values.LastId!.Value, values.PreviousId!.Value));
        var depth = values.ToDepth();
        Assert.Equal(("""[["1.5","2"]]""", "[]", null, null), (Text(depth.Bids), Text(depth.Asks), depth.Micros, depth.Checksum));
    }

    [Theory]
    [InlineData(nameof(JsonNumberForm.QuotedDecimals), """{"p":1,"t":1}""")]
    [InlineData(nameof(JsonNumberForm.QuotedDecimals), """{"p":"1","t":"1"}""")]
    [InlineData(nameof(JsonNumberForm.Unquoted), """{"p":"1","t":1}""")]
    [InlineData(nameof(JsonNumberForm.Unquoted), """{"p":1,"t":"1"}""")]
    public void Number_in_another_form_than_the_exchange_promises_is_refused(string form, string frame) =>
        Assert.Throws<JsonException>(() => Read(new(numbers: Enum.Parse<JsonNumberForm>(form)) { { "p", Field.Price }, { "t", Field.Sequence } }, frame));

    [Fact]
    public void Map_has_at_most_32_fields_and_the_last_one_can_be_required()
    {
        var map = new FieldMap();
        for (var index = 0; index < 31; index++)
            map.Add($"f{index}", Field.Price, isRequired: false);
        map.Add("last", Field.Price);
        Assert.Equal(32, map.Count());
        Assert.Throws<JsonException>(() => Read(map, """{"f0":"1"}"""));
        Assert.Throws<ArgumentException>(() => map.Add("more", Field.Price));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("null")]
    [InlineData("""{"p":"1" """)]
    public void Value_that_is_not_an_object_is_rejected(string frame) =>
        Assert.Throws<JsonException>(() => Read(new() { { "p", Field.Price } }, frame));

    private static bool TakerSells(Field field, string text)
    {
        var values = default(FieldValues);
        Read(new() { { "S", field } }, $$"""{"S":{{text}}}""", ref values);
        return values.ToTrade().TakerSells;
    }

    private static void Read(FieldMap map, string frame)
    {
        var values = default(FieldValues);
        Read(map, frame, ref values);
    }

    private static void Read(FieldMap map, string frame, ref FieldValues values)
    {
        var json = new FrameReader(Encoding.UTF8.GetBytes(frame));
        map.Read(ref json, new(), ref values);
        json.ExpectEnd();
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);
}
