using System.Text;
using System.Text.Json;
using Ingester.Core.Decoding;
using Ingester.Core.Json;

namespace Ingester.Tests.Core.Decoding;

public sealed class LevelFormatTests
{
    [Theory]
    [InlineData("[]", "[]")]
    [InlineData("""[["1.50","2"],["1.4","0"]]""", """[["1.50","2"],["1.4","0"]]""")]
    [InlineData("""[[1.50,2],[1e3,0.00]]""", """[["1.50","2"],["1e3","0.00"]]""")]
    [InlineData("""[ ["1" , 2 , {"x":[1]}, null] ]""", """[["1","2"]]""")]
    public void Arrays_begin_with_price_and_size(string text, string levels) => Assert.Equal(levels, Read(LevelFormat.Arrays, text));

    [Fact]
    public void Canonical_levels_are_the_bytes_of_the_frame_itself_unless_numbers_must_be_unquoted()
    {
        var frame = """[["1","2"]]"""u8.ToArray();
        var json = new FrameReader(frame);
        Assert.True(LevelFormat.Arrays.Read(ref json, new()) == frame.AsSpan());
        Assert.Throws<JsonException>(() => Read(LevelFormat.Arrays, """[["1","2"]]""", JsonNumberForm.Unquoted));
        Assert.Throws<JsonException>(() => Read(LevelFormat.Arrays, "[[1,2]]", JsonNumberForm.QuotedDecimals));
    }

    [Theory]
    [InlineData("""[["new",1.5,2],["change",1.4,3.0],["delete",1.3,0]]""", """[["1.5","2"],["1.4","3.0"],["1.3","0"]]""")]
    [InlineData("""[["delete","1.3","0.00"]]""", """[["1.3","0.00"]]""")]
    public void Action_may_precede_the_level(string text, string levels) => Assert.Equal(levels, Read(LevelFormat.ActionArrays, text));

    [Theory]
    [InlineData("""[["delete",1.3,0.10]]""")]
    [InlineData("""[["update",1.3,1]]""")]
    [InlineData("""[["Delete",1.3,0]]""")]
    [InlineData("[[1.3,0]]")]
    [InlineData("""[["new"]]""")]
    [InlineData("""[["new",1.3]]""")]
    [InlineData("[[]]")]
    public void Action_of_another_word_or_deleted_level_with_a_size_is_refused(string text) =>
        Assert.Throws<JsonException>(() => Read(LevelFormat.ActionArrays, text));

    [Theory]
    [InlineData("""[["0","5"],["1","2"],["0.000","1"],[0,7]]""", """[["1","2"]]""")]
    [InlineData("""[["0.001","5"],["10","0"]]""", """[["0.001","5"],["10","0"]]""")]
    [InlineData("""[["0","5"]]""", "[]")]
    public void Level_whose_price_is_zero_is_left_out_where_the_exchange_means_no_level(string text, string levels) =>
        Assert.Equal(levels, Read(LevelFormat.ArraysWithoutZeroPrices, text));

    [Theory]
    [InlineData("[]", "[]")]
    [InlineData("[[329915000,40],[1,0],[12345,7,9]]", """[["32991.5000","40"],["0.0001","0"],["1.2345","7"]]""")]
    public void Whole_numbers_of_small_units_get_their_point(string text, string levels) => Assert.Equal(levels, Read(LevelFormat.ScaledArrays(4, 0), text));

    [Theory]
    [InlineData("""[["329915000",40]]""")]
    [InlineData("[[32991.5,40]]")]
    [InlineData("[[1,-40]]")]
    [InlineData("[[1,4e1]]")]
    [InlineData("[[1]]")]
    [InlineData("[[]]")]
    [InlineData("[1,2]")]
    public void Number_of_units_that_is_not_whole_is_refused(string text) => Assert.Throws<JsonException>(() => Read(LevelFormat.ScaledArrays(4, 0), text));

    [Theory]
    [InlineData("""[{"price":"1.5","size":"2"}]""", """[["1.5","2"]]""")]
    [InlineData("""[{"size":2,"n":{"price":9},"price":1.50}]""", """[["1.50","2"]]""")]
    [InlineData("[]", "[]")]
    public void Objects_have_price_and_size_in_any_order(string text, string levels) => Assert.Equal(levels, Read(LevelFormat.Objects("price", "size"), text));

    [Theory]
    [InlineData("""[{"size":"2"}]""", "'price' is missing")]
    [InlineData("""[{"price":"2"}]""", "'size' is missing")]
    [InlineData("""[{"price":"2","size":"3"},{"price":"2"}]""", "'size' is missing")]
    [InlineData("""[["1","2"]]""", "An object")]
    [InlineData("""[{"price":null,"size":"3"}]""", "price")]
    public void Object_without_price_or_size_is_refused(string text, string words)
    {
        var fault = Assert.Throws<JsonException>(() => Read(LevelFormat.Objects("price", "size"), text));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[["1"]]""", "no size")]
    [InlineData("[[]]", "no price")]
    [InlineData("[1]", "An array")]
    [InlineData("{}", "An array")]
    [InlineData("""[["1","x"]]""", "digit")]
    public void Array_without_price_or_size_is_refused(string text, string words)
    {
        var fault = Assert.Throws<JsonException>(() => Read(LevelFormat.Arrays, text));
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    private static string Read(LevelFormat format, string text, JsonNumberForm numbers = JsonNumberForm.Any)
    {
        var json = new FrameReader(Encoding.UTF8.GetBytes(text));
        var levels = Encoding.UTF8.GetString(format.Read(ref json, new(), numbers));
        json.ExpectEnd();
        return levels;
    }
}
