namespace Ingester.Testing.Fakes;

/// <summary>The kinds of damage to bytes that the server sends.</summary>
internal enum Harm
{
    None,
    Flipped,
    CutOff,
}
