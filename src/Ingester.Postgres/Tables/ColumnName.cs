using System.Text;

namespace Ingester.Postgres.Tables;

/// <summary>The names of columns in tables: <c>bid_depth_10</c> for <c>bidDepth10</c>, and <c>time</c> for <c>ts</c>.</summary>
internal static class ColumnName
{
    /// <summary>The column of a table for a column of objects.</summary>
    /// <exception cref="FormatException">The name has other characters than ASCII letters and digits, or is too long.</exception>
    public static string Of(string name)
    {
        if (name == "ts")
            return "time";
        var text = new StringBuilder(name.Length + 4);
        for (var place = 0; place < name.Length; place++)
        {
            var letter = name[place];
            if (!char.IsAsciiLetterOrDigit(letter))
                throw new FormatException($"'{name}' is not a name of a column of derived rows.");
            if (place > 0 && (char.IsAsciiLetterUpper(letter) || (char.IsAsciiDigit(letter) && !char.IsAsciiDigit(name[place - 1]))))
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.Length is > 0 and <= 63 ? text.ToString() : throw new FormatException($"'{name}' is too long for a name of a column.");
    }
}
