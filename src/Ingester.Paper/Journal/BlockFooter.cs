namespace Ingester.Paper.Journal;

/// <summary>The last line of a block.</summary>
/// <param name="Lines">Number of lines between header and footer.</param>
/// <param name="Sha256">The hash of all bytes above it, line feeds included; 64 hex digits.</param>
internal sealed record BlockFooter(int Lines, string Sha256);
