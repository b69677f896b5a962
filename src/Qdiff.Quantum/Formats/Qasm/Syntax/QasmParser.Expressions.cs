using System.Globalization;
using System.Numerics;

namespace Qdiff.Quantum;

/// <summary>Expressions, by precedence.</summary>
sealed partial class QasmParser
{
    static readonly string[][] s_levels =
        [["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-", "++"],
            ["*", "/", "%"]];

    QasmNode Expression()
    {
        if (++depth > MaxDepth) throw Error($"An expression is nested more than {MaxDepth} levels deep.");
        QasmNode result = Level(0);
        depth--;
        return result;
    }

    QasmNode Level(int level)
    {
        if (level == s_levels.Length) return Unary();
        // In OpenQASM 2 ^ is a power and binds like one.
        if (level == 3 && Version != 3) return Level(level + 1);
        QasmNode left = Level(level + 1);
        while (s_levels[level].Contains(Token))
        {
            int at = At;
            string sign = Take();
            left = Link(new QasmBinary(at, sign, left, Level(level + 1)));
        }

        return left;
    }

    QasmNode Link(QasmNode node) => node.Height <= MaxHeight ? node
        : throw source.Error(node.At, Invariant($"An expression is a chain of more than {MaxHeight:N0} links."));

    QasmNode Unary()
    {
        if (Token is not ("-" or "+" or "!" or "~")) return Power();
        if (++depth > MaxDepth) throw Error($"An expression is nested more than {MaxDepth} levels deep.");
        int at = At;
        string sign = Take();
        QasmNode operand = Unary();
        depth--;
        return sign == "+" ? operand : new QasmUnary(at, sign, operand);
    }

    /// <summary>Powers bind stronger than signs before them and weaker than signs behind them, and to the right.</summary>
    QasmNode Power()
    {
        QasmNode left = Indexed(Primary());
        if (Token != "**" && (Token != "^" || Version == 3)) return left;
        if (++depth > MaxDepth) throw Error($"An expression is nested more than {MaxDepth} levels deep.");
        int at = At;
        lexer.Next();
        QasmNode right = Unary();
        depth--;
        return new QasmBinary(at, "**", left, right);
    }

    QasmNode Primary()
    {
        int at = At;
        if (Token == "(") return Parenthesised();
        if (Token == "{") return Set();
        if (Token == "measure") throw Error("A measurement stands alone, behind = or before ->.");
        if (IsType(Token) && Token is not ("qubit" or "qreg" or "creg"))
        {
            QasmType type = Type();
            return new QasmCall(at, type.Word, [Parenthesised()]) { Type = type };
        }

        string token = Token;
        if (token is ['"', ..])
        {
            lexer.Next();
            return new QasmLiteral(at, token.Trim('"'));
        }

        if (token is [var digit, ..] && (char.IsAsciiDigit(digit) || digit == '.'))
        {
            object number = Number(token);
            lexer.Next();
            return new QasmLiteral(at, number);
        }

        if (!IsWord(token)) throw Error($"A number, a name or an angle is expected, not {Found()}.");
        lexer.Next();
        if (Version != 2 && token is "true" or "false") return new QasmLiteral(at, token == "true");
        if (token[0] == '$' && int.TryParse(token.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int qubit))
            HighestPhysical = Math.Max(HighestPhysical, qubit);
        if (Token != "(") return new QasmName(at, token);
        lexer.Next();
        QasmNode[] arguments = Token == ")" ? [] : List();
        Expect(")");
        return new QasmCall(at, token, arguments);
    }

    QasmSet Set()
    {
        int at = At;
        Expect("{");
        List<QasmNode> elements = [];
        while (!TryTake("}"))
        {
            if (elements.Count > 0) Expect(",");
            if (elements.Count > 0 && TryTake("}")) break;
            elements.Add(Expression());
        }

        return new(at, [.. elements]);
    }

    QasmNode Indexed(QasmNode of)
    {
        while (Token == "[")
        {
            int at = At;
            lexer.Next();
            List<QasmNode> indices = [IndexElement()];
            while (TryTake(",")) indices.Add(IndexElement());
            Expect("]");
            of = Link(new QasmIndex(at, of, [.. indices]));
        }

        return of;
    }

    /// <summary>An index, or a range a:b or a:step:b with open ends.</summary>
    QasmNode IndexElement()
    {
        int at = At;
        QasmNode? first = Token == ":" ? null : Expression();
        if (Token != ":") return first!;
        lexer.Next();
        QasmNode? second = Token is ":" or "]" or "," ? null : Expression();
        if (!TryTake(":")) return new QasmRange(at, first, null, second);
        return new QasmRange(at, first, second, Token is "]" or "," ? null : Expression());
    }

    object Number(string token)
    {
        string digits = token.Replace("_", "", StringComparison.Ordinal);
        if (digits.Length > 2 && digits[0] == '0' && char.ToLowerInvariant(digits[1]) is var kind and ('x' or 'b' or 'o'))
        {
            int radix = kind == 'x' ? 16 : kind == 'o' ? 8 : 2;
            BigInteger value = 0;
            foreach (char c in digits.AsSpan(2))
            {
                int digit = char.IsAsciiHexDigit(c) ? Convert.ToInt32(c.ToString(), 16) : 99;
                if (digit >= radix || (value = value * radix + digit) > long.MaxValue)
                    throw Error($"{QasmSource.Quote(token)} is not a whole number below 2^63.");
            }

            return (long)value;
        }

        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long whole)) return whole;
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out double real) && double.IsFinite(real)
            ? real
            : throw Error($"A number is expected, not {QasmSource.Quote(token)}.");
    }
}
