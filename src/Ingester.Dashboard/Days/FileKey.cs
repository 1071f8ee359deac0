namespace Ingester.Dashboard.Days;

/// <summary>The keys of files that readers may download: exported files, lists of inputs and certificates, and nothing else of the store.</summary>
internal static class FileKey
{
    private const int MaxLength = 1_024;

    private static readonly string[] Roots = ["export/csv/", "export/parquet/", "export/inputs/", "export/certificates/"];

    /// <summary>True when a path is the key of such a file. No part of it is empty, <c>.</c> or <c>..</c>, or contains a backslash or a control character.</summary>
    public static bool IsAllowed(string path) =>
        path.Length <= MaxLength && Array.Exists(Roots, root => path.StartsWith(root, StringComparison.Ordinal))
        && Array.TrueForAll(path.Split('/'), static part => part is not ("" or "." or "..") && !part.Any(static one => one is '\\' or ':' || char.IsControl(one)));

    /// <summary>The media type of a file by its name.</summary>
    public static string MediaTypeOf(string key) =>
        key.EndsWith(".gz", StringComparison.Ordinal) ? "application/gzip"
        : key.EndsWith(".json", StringComparison.Ordinal) ? "application/json"
        : key.EndsWith(".SHA256SUMS", StringComparison.Ordinal) ? "text/plain; charset=utf-8"
        : "application/octet-stream";
}
