namespace Ingester.Integration.Tests.Documentation;

/// <summary>A command in a fence of a page.</summary>
/// <param name="Page">The page and the line on which it begins.</param>
/// <param name="Text">The command, its continued lines joined, without its comment.</param>
internal sealed record MarkdownCommand(string Page, string Text)
{
    private static readonly string[] Shells = ["sh", "bash", "console"];

    /// <summary>The commands of a page: those in fences for a shell, and in fences without a language those that begin so.</summary>
    public static IEnumerable<MarkdownCommand> Of(string path, IReadOnlyCollection<string> words)
    {
        var (language, name) = ((string?)null, Path.GetFileName(path));
        var (text, began) = ("", 0);
        foreach (var (line, number) in File.ReadLines(path).Select((line, index) => (line.TrimEnd(), index + 1)))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                language = language is null ? line[3..].Trim() : null;
                continue;
            }

            if (language is null || language.Length > 0 && !Shells.Contains(language, StringComparer.Ordinal))
                continue;
            var part = WithoutComment(line).Trim();
            began = text.Length == 0 ? number : began;
            text = $"{text} {part.TrimEnd('\\')}".Trim();
            if (part.EndsWith('\\') || part.EndsWith('|'))
                continue;
            if (text.Length > 0 && (language.Length > 0 || words.Any(word => text.StartsWith(word, StringComparison.Ordinal))))
                yield return new($"{name}:{began}", text);
            text = "";
        }
    }

    /// <summary>The line up to a <c>#</c> that follows white space and is in no quotes.</summary>
    private static string WithoutComment(string line)
    {
        var quote = '\0';
        for (var i = 0; i < line.Length; i++)
            if (line[i] is '\'' or '"' && (quote == '\0' || quote == line[i]))
                quote = quote == '\0' ? line[i] : '\0';
            else if (line[i] == '#' && quote == '\0' && (i == 0 || line[i - 1] == ' '))
                return line[..i];
        return line;
    }
}
