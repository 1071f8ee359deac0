namespace Ingester.Core.Rows;

/// <summary>A file that an exchange publishes and that rows were taken from, because no replica recorded them and REST did not serve them.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Sha256">Its SHA-256 in lower case hex.</param>
internal sealed record RowSource(string File, string Sha256)
{
    /// <summary>As in the metadata of an object: <c>archive {name of the file, percent-encoded} sha256:{hash}</c>. Metadata is ASCII.</summary>
    public override string ToString() => $"archive {Uri.EscapeDataString(File)} sha256:{Sha256}";
}
