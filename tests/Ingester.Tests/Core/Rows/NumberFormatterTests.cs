using System.Globalization;
using System.Text;
using CsCheck;
using Ingester.Core.Rows;

namespace Ingester.Tests.Core.Rows;

public sealed class NumberFormatterTests
{
    private const int Rounds = 200_000;

    [Fact]
    public void Where_the_number_of_digits_changes_each_is_written_as_the_framework_does()
    {
        for (var power = 1L; power > 0 && power <= long.MaxValue / 10; power *= 10)
            foreach (var number in (long[])[power - 1, power, power + 1, 10 * power - 1, -power])
                Same(number);
        Same(1_000_000_000_000_000_000);
        Same(long.MaxValue);
        Same(long.MinValue);
    }

    [Fact]
    public void Any_number_is_written_as_the_framework_does() =>
        Gen.Select(Gen.Long, Gen.Int[0, 63]).Sample((number, shift) => Same(number >> shift), iter: Rounds);

    [Fact]
    public void All_four_digits_are_written_wherever_they_stand()
    {
        for (var digits = 0L; digits < 10_000; digits++)
        {
            Same(digits);
            Same(1_234_567_890_120_000 + digits);
            Same(digits * 10_000);
            Same(digits * 100_000_000_000 + 17);
        }
    }

    private static void Same(long number)
    {
        var room = new byte[NumberFormatter.RequiredBytes];
        var written = Encoding.UTF8.GetString(room, 0, NumberFormatter.Write(room, number));
        if (written != number.ToString(CultureInfo.InvariantCulture))
            Assert.Fail($"{number} was written as {written}.");
    }
}
