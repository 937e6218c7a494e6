// Talk to a Verilated board core through its UART pins, bit by bit, without leaving C++.
//
// Compiled by quantacore.sim.verilator with WORD_BITS (of no meaning here) and CLOCK defined; called
// by quantacore.sim.board_model through ctypes.
#include "core_model.h"

namespace {

struct Sent {
    int64_t count;
    const uint8_t* bytes;
    const uint8_t* bad_stops;  // 1: the byte has no stop bit
    double cycles_per_bit;     // of the computer, which may differ from the board's
};

struct Received {
    int64_t room;
    uint8_t* bytes;
    int64_t count;       // out
    int64_t bad_stops;   // out: bytes without stop bit
};

class Board : public ClockedModel {
  public:
    Board() : ClockedModel(0) {
        model_->uart_rx = 1;
        model_->rst = 1;
        for (int i = 0; i < 4; ++i) {
            settle();
            tick();
        }
        model_->rst = 0;
        settle();
    }

    // Send all bytes without gaps and hear the board, until it says nothing for a while.
    int exchange(const Sent& sent, Received& received, double board_cycles_per_bit,
                 int64_t quiet_cycles) {
        constexpr int kFrameBits = 10;
        int64_t next = 0;
        const double began = double(total_cycles_);
        int64_t quiet = 0;
        bool hearing = false;
        double heard_from = 0;
        int heard_bits = 0;
        unsigned byte = 0;
        bool before = true;
        while (quiet < quiet_cycles || hearing) {
            // A byte without stop bit is followed by a bit of rest: it takes two slots.
            const double slot = (double(total_cycles_) - began) / sent.cycles_per_bit - start_;
            bool level = true;
            if (next < sent.count) {
                const int bit = int(slot);
                const int length = kFrameBits + (sent.bad_stops[next] ? 2 : 0);
                if (bit >= length) {
                    start_ += length;
                    ++next;
                    continue;
                }
                level = bit == 0   ? false
                        : bit <= 8 ? (sent.bytes[next] >> (bit - 1)) & 1
                        : bit == 9 ? !sent.bad_stops[next]
                                   : true;
            }
            model_->uart_rx = level;
            settle();
            const bool line = model_->uart_tx;
            if (!hearing && before && !line) {
                hearing = true;
                heard_from = double(total_cycles_);
                heard_bits = 0;
                byte = 0;
            }
            if (hearing && double(total_cycles_) - heard_from >=
                               (heard_bits + 0.5) * board_cycles_per_bit) {
                if (heard_bits >= 1 && heard_bits <= 8) byte |= unsigned(line) << (heard_bits - 1);
                if (heard_bits == 9) {
                    hearing = false;
                    received.bad_stops += !line;
                    if (received.count == received.room) return COUNTS_WRONG;
                    received.bytes[received.count++] = uint8_t(byte);
                }
                ++heard_bits;
            }
            before = line;
            quiet = hearing || !line || next < sent.count ? 0 : quiet + 1;
            tick();
        }
        start_ = 0;
        settle();
        return OK;
    }

    int leds() const {
        return model_->led_alive | model_->led_busy << 1 | model_->led_fault << 2;
    }

  private:
    double start_ = 0;  // bit times before the present byte of an exchange
};

}  // namespace

extern "C" {
Board* board_new() { return new Board; }
void board_delete(Board* board) { delete board; }
int board_leds(Board* board) { return board->leds(); }
int board_exchange(Board* board, const Sent* sent, Received* received, double cycles_per_bit,
                   int64_t quiet_cycles) {
    return board->exchange(*sent, *received, cycles_per_bit, quiet_cycles);
}
uint64_t board_total_cycles(Board* board) { return board->total_cycles(); }
}
