using System.Globalization;
using CsCheck;
using Ingester.Client;

namespace Ingester.Tests.Client;

/// <summary>Numbers keep the digits of the exchange and are decimals only where that is exact.</summary>
public sealed class NumberTests
{
    [Theory]
    [InlineData("68123.450", "68123.450")]
    [InlineData("0", "0")]
    [InlineData("-1.5", "-1.5")]
    [InlineData("9.2E-7", "0.00000092")]
    [InlineData("1e3", "1000")]
    [InlineData("79228162514264337593543950335", null)] // the largest decimal has 29 digits: not every number with 29 digits fits
    [InlineData("9999999999999999999999999999", "9999999999999999999999999999")]
    [InlineData("0.0000000000000000000000000001", "0.0000000000000000000000000001")]
    [InlineData("0.00000000000000000000000000001", null)]
    [InlineData("1.00000000000000000000000000000000000", "1")]
    [InlineData("1.23456789012345678901234567890123", null)]
    [InlineData("12345678901234567890123456789012", null)]
    [InlineData("1e40", null)]
    [InlineData("1e-40", null)]
    [InlineData("0e-40", "0")]
    [InlineData("", null)]
    [InlineData("NaN", null)]
    public void Decimal_is_exact_or_absent(string text, string? value)
    {
        var number = new Number(text);
        Assert.Equal(text, number.ToString());
        Assert.Equal(value is not null, number.TryGetValue(out var found));
        if (value is null)
            Assert.Contains($"'{text}'", Assert.Throws<OverflowException>(() => number.Value).Message, StringComparison.Ordinal);
        else
            Assert.Equal(decimal.Parse(value, CultureInfo.InvariantCulture), found);
    }

    [Theory]
    [InlineData("0", true)]
    [InlineData("0.000", true)]
    [InlineData("0e5", true)]
    [InlineData("0.0001", false)]
    [InlineData("10", false)]
    public void Zero_is_a_number_and_no_text(string text, bool zero) => Assert.Equal(zero, new Number(text).IsZero);

    [Fact]
    public void Numbers_compare_by_value() =>
        Assert.Equal(["-2", "1.50", "2", "1e1"], new[] { "2", "1e1", "-2", "1.50" }.Select(text => new Number(text)).Order().Select(number => number.Text));

    [Fact]
    public void Every_decimal_is_read_back() => Gen.Decimal.Sample(value =>
    {
        var number = new Number(value.ToString(CultureInfo.InvariantCulture));
        return number.TryGetValue(out var found) ? found == value : Math.Abs(value) > 9999999999999999999999999999m || value.Scale > 0;
    });
}
