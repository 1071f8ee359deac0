using System.Numerics;
using System.Text;
using Ingester.Core.Books;
using Ingester.Publishing.Files;

namespace Ingester.Tests.Publishing.Files;

/// <summary>Numbers as text: exponents are written out, and numbers that a decimal(38,18) holds are scaled exactly.</summary>
public sealed class DecimalTextTests
{
    [Theory]
    [InlineData("68123.4500", "68123.4500")]
    [InlineData("9.2E-7", "0.00000092")]
    [InlineData("1e-8", "0.00000001")]
    [InlineData("1.50e+3", "1500")]
    [InlineData("1.2345E2", "123.45")]
    [InlineData("-2E0", "-2")]
    [InlineData("0E-8", "0.00000000")]
    [InlineData("0.5e1", "5")]
    [InlineData("0.05e1", "0.5")]
    [InlineData("1E20", "100000000000000000000")]
    [InlineData("1E999999", "1E999999")]
    [InlineData("none", "none")]
    public void Exponent_is_written_out_and_digits_stay(string text, string expected)
    {
        var buffer = new byte[DecimalText.MaxLength(Encoding.UTF8.GetBytes(text))];
        Assert.Equal(expected, Encoding.UTF8.GetString(buffer, 0, DecimalText.Write(Encoding.UTF8.GetBytes(text), buffer)));
    }

    [Theory]
    [InlineData("1", "1000000000000000000")]
    [InlineData("68123.45", "68123450000000000000000")]
    [InlineData("-0.000000000000000001", "-1")]
    [InlineData("9.2E-7", "920000000000")]
    [InlineData("0.0000000000000000010", "1")]
    [InlineData("99999999999999999999.999999999999999999", "99999999999999999999999999999999999999")]
    [InlineData("1000000000000000000000000000000000000e-30", "1000000000000000000000000")]
    [InlineData("100000000000000000000", null)]
    [InlineData("0.0000000000000000001", null)]
    [InlineData("1E30", null)]
    [InlineData("1E-30", null)]
    [InlineData("0E-30", "0")]
    [InlineData("", null)]
    [InlineData("1.2.3", null)]
    [InlineData("NaN", null)]
    [InlineData("123456789012345678901234567890123456789012345678901234567890", null)]
    public void Number_is_scaled_exactly_or_not_at_all(string text, string? expected)
    {
        var fits = DecimalText.TryScale(Encoding.UTF8.GetBytes(text), out var scaled);
        Assert.Equal(expected is not null, fits);
        if (expected is not null)
            Assert.Equal(BigInteger.Parse(expected), (BigInteger)scaled);
    }

    [Fact]
    public void Random_numbers_are_scaled_as_big_integers_are()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var (whole, fraction) = (random.Next(1, 25), random.Next(0, 22));
            var digits = string.Concat(Enumerable.Range(0, whole + fraction).Select(_ => (char)('0' + random.Next(10) * random.Next(2))));
            var text = fraction == 0 ? digits : $"{digits[..whole]}.{digits[whole..]}";
            var exact = BigInteger.Parse(digits) * BigInteger.Pow(10, 30 - fraction);
            var unit = BigInteger.Pow(10, 12);
            var expected = exact % unit == 0 && exact / unit < BigInteger.Pow(10, 38);
            Assert.True(expected == DecimalText.TryScale(Encoding.UTF8.GetBytes(text), out var scaled), text);
            if (expected)
                Assert.Equal(exact / unit, (BigInteger)scaled);
        }
    }

    [Theory]
    [InlineData("0.00000001")]
    [InlineData("68123.4500")]
    [InlineData("-3")]
    [InlineData("0")]
    [InlineData("0.00")]
    [InlineData("99999999999999999.12345678901234567890")]
    public void Exact_decimals_write_the_text_that_they_were_parsed_from(string text)
    {
        var buffer = new byte[ExactDecimal.MaxTextLength];
        Assert.Equal(text, Encoding.UTF8.GetString(buffer, 0, ExactDecimal.Parse(text).WriteText(buffer)));
    }
}
